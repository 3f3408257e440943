import { type TopicCodec } from '@auditstream/events/codec';
import { type Decoded, decodeAll } from '@auditstream/events/decode-all';
import { CodecError } from '@auditstream/events/errors';
import {
  type AuditEvent,
  type AuditRecord,
  type Source,
} from '@auditstream/events/generated/types';
import {
  type BatchStep,
  type Outcome,
  type OutgoingRecord,
  type RecordProducer,
  type Rejection,
  type StreamRecord,
} from '@auditstream/stream/types';
import { type ContinuityTracker } from './continuity-tracker.ts';
import { type Hole } from './domain/continuity.ts';
import { enrichRecord } from './domain/enrich-record.ts';
import { holeKey, holeRecord } from './domain/hole-record.ts';

export interface EnrichPorts {
  readonly ingested: TopicCodec<AuditRecord>;
  readonly enriched: Pick<TopicCodec<AuditEvent>, 'encode'>;
  readonly producer: RecordProducer;
  readonly tracker: Pick<ContinuityTracker, 'follow'>;
  /** Told after the acknowledgement, for every event. */
  readonly onEnriched: (source: Source) => void;
  /** Likewise, for every hole in the numbers of an ingester. */
  readonly onHole: (hole: Hole) => void;
}

type Result =
  | { readonly ok: true; readonly source: Source; readonly outgoing: OutgoingRecord }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The step from audit.ingested to audit.enriched: same partition number, same key, and for the same
 * record the same bytes whenever it is handed in. It throws, and so asks for a retry of the batch, where
 * the registry or the broker does not answer.
 */
export function createEnrich(ports: EnrichPorts): BatchStep {
  return async (records) => {
    const decoded = await decodeAll(ports.ingested, records);
    const results = records.map((record, at) => enrichOne(ports, record, decoded[at]));
    const followed = ports.tracker.follow(records);
    const outgoing = records.flatMap((record, at) => [
      ...outgoingOf(results[at]),
      ...(followed.holes.get(record) ?? []).map((hole) => noticeOf(ports, record, hole)),
    ]);
    if (outgoing.length > 0) await ports.producer.send(outgoing);
    followed.accept();
    for (const result of results) if (result.ok) ports.onEnriched(result.source);
    for (const hole of [...followed.holes.values()].flat()) ports.onHole(hole);
    return results.map(outcomeOf);
  };
}

function enrichOne(
  ports: EnrichPorts,
  record: StreamRecord,
  decoded: Decoded<AuditRecord> | undefined,
): Result {
  if (decoded === undefined) throw new Error('decodeAll left a record out');
  if (!decoded.ok) return decoded;
  const { partition, offset, timestamp, key } = record;
  const result = enrichRecord(decoded.value, { partition, offset, appendedAt: timestamp });
  if (!result.ok) return result;
  try {
    const value = ports.enriched.encode(result.event);
    const outgoing = { topic: 'audit.enriched', partition, key, value };
    return { ok: true, source: result.event.source, outgoing };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { ok: false, rejection: { code: error.code, message: error.message } };
  }
}

function outgoingOf(result: Result | undefined): readonly OutgoingRecord[] {
  return result?.ok === true ? [result.outgoing] : [];
}

/** Stands behind the record that raised it, and has its position. */
function noticeOf({ enriched }: EnrichPorts, record: StreamRecord, hole: Hole): OutgoingRecord {
  const { partition, offset, timestamp: appendedAt } = record;
  const position = { partition, offset, appendedAt };
  const result = enrichRecord(holeRecord(hole, position), position);
  if (!result.ok)
    throw new Error(`The notice of a hole was not enriched: ${result.rejection.code}`);
  const value = enriched.encode(result.event);
  return { topic: 'audit.enriched', partition, key: Buffer.from(holeKey(hole)), value };
}

function outcomeOf(result: Result): Outcome {
  return result.ok ? { type: 'done' } : { type: 'rejected', rejection: result.rejection };
}
