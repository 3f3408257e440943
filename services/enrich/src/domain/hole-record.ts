/** The notice that numbers are missing: an audit event of Auditstream itself. docs/notices.md. */
import { createHash } from 'node:crypto';
import { type AuditRecord } from '@auditstream/events/generated/types';
import { base32hex } from '@auditstream/item/base32hex';
import { type Hole } from './continuity.ts';

/** Ingesters serve many clusters: a hole belongs to none of them. */
const cluster = 'auditstream';

/**
 * As ingest would have made it of these bytes (docs/ingest.md, identity). The same hole, raised by the same
 * record, gives the same bytes.
 * @param raisedBy the partition, and the append time (epoch milliseconds) of the record that raised it
 */
export function holeRecord(
  hole: Hole,
  raisedBy: { readonly partition: number; readonly appendedAt: number },
): AuditRecord {
  const time = raisedBy.appendedAt * 1_000;
  const body = bodyOf(hole, raisedBy);
  const id = eventId(time, body);
  return {
    ...{ id, requestId: id, source: 'auditstream', cluster, origin: 'live', delivery: 'notice' },
    ...{
      time,
      receivedAt: raisedBy.appendedAt,
      redactions: [],
      redacted: 0,
      exporter: null,
      truncatedBytes: 0,
      body,
    },
  };
}

export function holeKey({ ingester }: Hole): string {
  return JSON.stringify([cluster, 'ingester', ingester]);
}

function bodyOf(hole: Hole, raisedBy: Parameters<typeof holeRecord>[1]): Buffer {
  const { ingester, epoch, first, last, since } = hole;
  const { partition, appendedAt } = raisedBy;
  const missing = last - first + 1;
  return Buffer.from(
    JSON.stringify({
      action: 'sequence-hole',
      time: timeText(appendedAt),
      subject: { type: 'ingester', name: ingester },
      from: timeText(since),
      to: timeText(appendedAt),
      message: `Ingester ${ingester} numbered ${missing} records of partition ${partition} that are not in audit.ingested: they were removed, or lost. Compare the log of the ingester and of the brokers for this time.`,
      details: {
        partition: String(partition),
        epoch: String(epoch),
        first: String(first),
        last: String(last),
      },
    }),
  );
}

function timeText(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '000Z');
}

const hashBytes = 16;

function eventId(micros: number, body: Buffer): string {
  const id = Buffer.alloc(8 + hashBytes);
  id.writeBigUInt64BE(BigInt(micros));
  createHash('sha256').update(`${cluster}\n`).update(body).digest().copy(id, 8, 0, hashBytes);
  return base32hex(id);
}
