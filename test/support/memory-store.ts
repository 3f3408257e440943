import { type BulkItem } from '../../services/index/src/domain/bulk-outcome.ts';
import { type DocumentStore } from '../../services/index/src/store.ts';

type Source = Readonly<Record<string, unknown>>;

export interface StoredDocument {
  readonly source: Source;
  readonly version: number;
}

/** OpenSearch's bulk semantics in memory: create, index, and index with an external version. */
export interface MemoryStore extends DocumentStore {
  /** Documents by index and id. */
  readonly indices: ReadonlyMap<string, ReadonlyMap<string, StoredDocument>>;
  /** Documents of all indices whose name begins so. */
  find(prefix: string): readonly Source[];
}

interface Target {
  readonly _index: string;
  readonly _id: string;
  readonly version?: number;
}

type Action = Readonly<Record<string, Target>>;

export function createMemoryStore(): MemoryStore {
  const indices = new Map<string, Map<string, StoredDocument>>();
  const indexOf = (name: string): Map<string, StoredDocument> => {
    const index = indices.get(name) ?? new Map<string, StoredDocument>();
    indices.set(name, index);
    return index;
  };
  const write = (action: Action, source: Source): BulkItem => {
    const [[verb, target] = ['', { _index: '', _id: '' }]] = Object.entries(action);
    const index = indexOf(target._index);
    const stored = index.get(target._id);
    const version = target.version ?? 1;
    const conflict =
      stored !== undefined &&
      (verb === 'create' || (target.version !== undefined && stored.version >= version));
    if (!conflict) index.set(target._id, { source, version });
    return { status: conflict ? 409 : 201 };
  };
  return {
    indices,
    bulk: (body) => {
      const lines = body.trimEnd().split('\n');
      const items = lines.flatMap((line, at) =>
        at % 2 === 0 ? [write(parse(line) as Action, parse(lines[at + 1] ?? '') as Source)] : [],
      );
      return Promise.resolve(items);
    },
    positions: (documents) =>
      Promise.resolve(
        documents.map(({ index, id }) => {
          const source = indices.get(index)?.get(id)?.source;
          const position = source?.['auditstream'] as { partition: number; offset: number };
          return source === undefined ? undefined : position;
        }),
      ),
    find: (prefix) =>
      [...indices].flatMap(([name, index]) =>
        name.startsWith(prefix) ? [...index.values()].map(({ source }) => source) : [],
      ),
  };
}

function parse(line: string): unknown {
  return JSON.parse(line);
}
