/** The way to Kafka with the spool beside it. */
import { join } from 'node:path';
import { type RecordProducer } from '@auditstream/stream/types';
import { createDurableSink, type DurableSink } from '../../durable-sink.ts';
import { lateLettersOf, type LateLetterPorts } from '../../late-letters.ts';
import { type NumberingFileOptions, openNumbering } from '../numbering-file.ts';
import { openSpool } from './spool-files.ts';
import { type SpoolTelemetry } from './spool-state.ts';
import { backoffMs, wait } from '../waiting.ts';

export interface SpooledSinkOptions extends LateLetterPorts, NumberingFileOptions {
  readonly producer: RecordProducer;
  /** Null for `spool` in the state folder. */
  readonly folder: string | null;
  readonly maxBytes: number;
  readonly telemetry: SpoolTelemetry;
}

const drainBackoff = { firstMs: 100, limitMs: 2_000 } as const;
/** Log files can wait: what is left is for those who would drop events. */
const patientShare = 0.5;

/** @throws SpoolError 'locked'; rejects where the folder can't be used */
export async function startSpooledSink(options: SpooledSinkOptions): Promise<DurableSink> {
  const { folder, stateFolder, maxBytes, telemetry } = options;
  const spool = await openSpool(folder ?? join(stateFolder, 'spool'), { maxBytes, telemetry });
  const kept = await openNumbering(options);
  const sink = createDurableSink({
    ...options,
    numbering: kept.numbering,
    spool,
    patientBytes: maxBytes * patientShare,
    lettersOf: (refused) => lateLettersOf(refused, options),
    pause: (attempt, signal) => wait(backoffMs(drainBackoff, attempt), signal),
  });
  return {
    ...sink,
    async stop() {
      await sink.stop();
      await kept.stop();
      await spool.close();
    },
  };
}
