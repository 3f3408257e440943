/** Remembers how far a log has been accepted, and writes it down now and then. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Checkpoints } from '../checkpoints.ts';
import { type Place, placeName, readPlace } from './file-place.ts';

export interface PlaceKeeper {
  place(): Place | undefined;
  /** Remembers; writes when the last time was long enough ago. */
  reach(place: Place): Promise<void>;
  /** Writes what has not been written yet. */
  keep(): Promise<void>;
}

export interface PlaceKeeperOptions {
  readonly checkpoints: Checkpoints;
  readonly cluster: string;
  readonly path: string;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly now: () => number;
  /** Milliseconds between two checkpoints of a file that is read on and on; each costs two syncs. */
  readonly everyMs: number;
  /** False as long as nothing is handed over: after a restart, reading has to begin as it did. */
  readonly mayWrite: () => boolean;
}

export async function openPlaceKeeper(options: PlaceKeeperOptions): Promise<PlaceKeeper> {
  const { checkpoints, cluster, path, telemetry, now, everyMs, mayWrite } = options;
  const name = placeName(cluster, path);
  let place = await readPlace(checkpoints, name);
  let written = place;
  let writtenAt = -Infinity;
  const keep = async (): Promise<void> => {
    if (place === undefined || place === written || !mayWrite()) return;
    writtenAt = now();
    try {
      await checkpoints.write(name, place);
      written = place;
    } catch (error) {
      // It costs repeats after a restart, no events: reading goes on.
      const fields = { path, offset: place.offset, error };
      telemetry.log.error(fields, 'A checkpoint was not written.');
    }
  };
  return {
    place: () => place,
    async reach(reached) {
      place = reached;
      if (now() - writtenAt >= everyMs) await keep();
    },
    keep,
  };
}
