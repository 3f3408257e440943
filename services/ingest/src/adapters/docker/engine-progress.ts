/** How far an engine's events have been read and accepted, over restarts. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type EngineSource, addressText } from '../../domain/sources.ts';
import { createHolds, type Holds } from '../checkpoint-holds.ts';
import { type Checkpoints } from '../checkpoints.ts';

export interface EngineProgress {
  /** timeNano of the last event. */
  readonly last: bigint;
  /** The end of a gap behind it that has been told, nanoseconds; undefined where there was none. */
  readonly toldUntil: bigint | undefined;
}

export interface ProgressKeeper extends Pick<Holds<EngineProgress>, 'hold'> {
  /** What was kept before the start. */
  readonly kept: EngineProgress | undefined;
  /** Everything so far is durable. */
  reach(progress: EngineProgress): void;
  /** Keeps what may be kept. A checkpoint that can't be written costs repeats, no events. */
  save(): Promise<void>;
}

export interface ProgressOptions {
  readonly source: EngineSource;
  readonly checkpoints: Checkpoints;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

/** Rejects where the checkpoint can't be read. */
export async function openProgress(options: ProgressOptions): Promise<ProgressKeeper> {
  const { checkpoints, source, telemetry } = options;
  const name = nameOf(source);
  const kept = progressOf(await checkpoints.read(name));
  const holds = createHolds<EngineProgress>();
  let reached = kept;
  let written = kept;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    const progress = holds.limit(reached);
    if (progress === undefined || progress === written) return;
    try {
      await checkpoints.write(name, textOf(progress));
      written = progress;
    } catch (error) {
      telemetry.log.error({ error }, 'A checkpoint was not written.');
    }
  };
  return {
    kept,
    hold: (before) => holds.hold(before),
    reach(progress) {
      reached = progress;
    },
    save() {
      writing = writing.then(write);
      return writing;
    },
  };
}

function progressOf(value: unknown): EngineProgress | undefined {
  const { timeNano, toldUntil } = (value ?? {}) as { timeNano?: unknown; toldUntil?: unknown };
  const last = nanosIn(timeNano);
  return last === undefined ? undefined : { last, toldUntil: nanosIn(toldUntil) };
}

function textOf({ last, toldUntil }: EngineProgress): object {
  const told = toldUntil === undefined ? {} : { toldUntil: String(toldUntil) };
  return { timeNano: String(last), ...told };
}

function nanosIn(digits: unknown): bigint | undefined {
  return typeof digits === 'string' && /^\d{1,19}$/.test(digits) ? BigInt(digits) : undefined;
}

function nameOf({ cluster, address }: EngineSource): string {
  return `docker-engine ${cluster} ${addressText(address)}`;
}
