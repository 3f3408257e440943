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
import { enrichRecord } from './domain/enrich-record.ts';

export interface EnrichPorts {
  readonly ingested: TopicCodec<AuditRecord>;
  readonly enriched: Pick<TopicCodec<AuditEvent>, 'encode'>;
  readonly producer: RecordProducer;
  /** Told after the acknowledgement, for every event. */
  readonly onEnriched: (source: Source) => void;
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
    const enriched = results.filter((result) => result.ok);
    if (enriched.length > 0) {
      await ports.producer.send(enriched.map(({ outgoing }) => outgoing));
    }
    for (const { source } of enriched) ports.onEnriched(source);
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

function outcomeOf(result: Result): Outcome {
  return result.ok ? { type: 'done' } : { type: 'rejected', rejection: result.rejection };
}
