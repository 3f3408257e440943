import { type Write } from './write.ts';

/** Writes that go in one request, with the request's body. */
export interface Chunk {
  readonly writes: readonly Write[];
  /** Newline-delimited JSON, as `POST _bulk` takes it. */
  readonly body: string;
}

export interface ChunkLimits {
  readonly bytes: number;
  readonly documents: number;
}

/** Cuts writes into requests, in order. A document beyond the limit of bytes goes alone. */
export function chunksOf(writes: readonly Write[], limits: ChunkLimits): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let open: { writes: Write[]; lines: string[]; bytes: number } = emptyChunk();
  const close = (): void => {
    if (open.writes.length > 0) chunks.push({ writes: open.writes, body: open.lines.join('') });
    open = emptyChunk();
  };
  for (const write of writes) {
    const lines = linesOf(write);
    const bytes = Buffer.byteLength(lines);
    if (open.bytes + bytes > limits.bytes || open.writes.length >= limits.documents) close();
    open.writes.push(write);
    open.lines.push(lines);
    open.bytes += bytes;
  }
  close();
  return chunks;
}

/** A request in two halves; undefined where it holds one document. */
export function halvesOf({ writes }: Chunk): readonly Chunk[] | undefined {
  if (writes.length < 2) return undefined;
  const documents = Math.ceil(writes.length / 2);
  return chunksOf(writes, { bytes: Infinity, documents });
}

function emptyChunk(): { writes: Write[]; lines: string[]; bytes: number } {
  return { writes: [], lines: [], bytes: 0 };
}

function linesOf(write: Write): string {
  return `${JSON.stringify(actionOf(write))}\n${JSON.stringify(write.document)}\n`;
}

function actionOf(write: Write): object {
  const target = { _index: write.index, _id: write.id };
  switch (write.type) {
    case 'create':
      return { create: target };
    case 'replace':
      return { index: target };
    case 'upsert':
      return { index: { ...target, version: write.version, version_type: 'external' } };
  }
}
