/** Where the files of a source are begun that have no checkpoint. */
import { type LogSource } from '../../domain/sources.ts';
import { type Checkpoints } from '../checkpoints.ts';
import { type FoundFile } from './find-log-files.ts';
import { type Begin } from './rotation.ts';

/** @param isFirstSearch whether the process looks for the first time */
export type BeginningOf = (file: FoundFile, isFirstSearch: boolean) => Begin;

const atBeginning: Begin = { isAtEnd: false, since: 0n };

/**
 * What `end` means is settled when a source is read for the first time, and kept: a file that comes later, in
 * whichever run, is new and read from its beginning.
 */
export async function openBeginnings(
  { cluster, files, from = { kind: 'beginning' } }: LogSource,
  checkpoints: Checkpoints,
  now: () => number,
): Promise<BeginningOf> {
  switch (from.kind) {
    case 'beginning':
      return () => atBeginning;
    case 'time': {
      const { micros } = from;
      const begin = { isAtEnd: false, since: BigInt(micros) * 1_000n, passUntil: micros };
      return () => begin;
    }
    case 'end': {
      const name = `kubernetes-log-start ${cluster} ${JSON.stringify(files)}`;
      const known = startOf(await checkpoints.read(name));
      const at = known ?? now();
      if (known === undefined) await checkpoints.write(name, { at });
      const since = BigInt(Math.floor(at)) * 1_000_000n;
      return ({ identity }, isFirstSearch) => {
        const isOld = known === undefined && isFirstSearch && identity !== undefined;
        return { isAtEnd: isOld, since };
      };
    }
  }
}

/** Milliseconds since 1970. */
function startOf(value: unknown): number | undefined {
  const { at } = (value ?? {}) as { readonly at?: unknown };
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}
