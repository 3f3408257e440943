/** Watches what comes in: which sources are silent, and which audit ids two requests have. */
import { type Lifecycle } from '@auditstream/runtime/lifecycle';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Accept, type AcceptStep } from '../../delivery.ts';
import { type Notify } from '../../domain/notice.ts';
import { type Source } from '../../domain/sources.ts';
import { startAskingEngines } from './ask-engines.ts';
import { createAuditIdWatch } from './audit-id-watch.ts';
import { openCheckpoints } from '../checkpoints.ts';
import { startSilenceWatch } from './silence-watch.ts';

export interface SourceWatchOptions {
  readonly accept: AcceptStep;
  readonly sources: () => readonly Source[];
  readonly notify: Notify;
  /** Folder of the checkpoints. */
  readonly folder: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly telemetry: Telemetry;
}

/** @returns what sources are to hand their deliveries to. Rejects where the folder can't be used. */
export async function watchSources(
  lifecycle: Lifecycle,
  options: SourceWatchOptions,
): Promise<Accept> {
  const { accept, sources, folder } = options;
  const checkpoints = await openCheckpoints(folder);
  const silence = await lifecycle.acquire(
    'watch for silence',
    () => startSilenceWatch({ ...options, checkpoints }),
    (watch) => watch.stop(),
  );
  const onAnswer = (name: string): void => {
    silence.heard(name, 'answer');
  };
  await lifecycle.acquire(
    'asking engines',
    () => Promise.resolve(startAskingEngines({ sources, onAnswer })),
    (asking) => asking.stop(),
  );
  const onDurable = createAuditIdWatch(options);
  return (delivery) => {
    const { sourceName, items, oversized } = delivery;
    if (items.length + oversized.length > 0) silence.heard(sourceName, 'event');
    return accept(delivery, onDurable);
  };
}
