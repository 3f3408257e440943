/** For tests: the step of ingest, with what it sends and counts. */
import { type Policy } from '@auditstream/audit-policy/policy';
import { type AuditRecord, type DeadLetter } from '@auditstream/events/generated/types';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type AcceptStep, type Delivery } from './delivery.ts';
import { type Durably } from './durable-sink.ts';
import { createIngest } from './ingest.ts';
import { letterNaming, type Seal } from './letters.ts';

/** What was counted, or observed. */
type Counted = readonly [metric: string, labels: object, by: number];

export interface Rig {
  readonly accept: AcceptStep;
  readonly sent: OutgoingRecord[];
  readonly counted: Counted[];
}

/** A step whose values are JSON, so that a test can read what was sent. */
export function rig(
  durably: Durably = () => Promise.resolve([]),
  seal: Seal = () => Promise.resolve({ result: 'no-key' }),
  reduction: Policy | null = null,
): Rig {
  const [sent, counted]: [OutgoingRecord[], Counted[]] = [[], []];
  const encode = (value: object): Buffer =>
    Buffer.from(JSON.stringify({ ...value, ...('body' in value && { body: String(value.body) }) }));
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
  const accept = createIngest({
    async durably(records, patience) {
      const refused = await durably(records, patience);
      sent.push(...records.filter((record) => !refused.includes(record)));
      return refused;
    },
    ingested: { encode },
    deadLetters: { encode },
    redaction: defaultPolicy,
    reduction,
    now: () => 1_795_312_600_000,
    ...{ nameLetter: letterNaming(Buffer.alloc(32)), seal },
    telemetry: {
      log,
      count: (metric, labels, by = 1) => void counted.push([metric, labels, by]),
      observe: (metric, labels, value) => void counted.push([metric, labels, value]),
    },
  });
  return { accept, sent, counted };
}

function ignore(): void {
  return undefined;
}

export function event(auditID: string): Buffer {
  const user = { username: 'alice' };
  const stageTimestamp = '2026-11-22T01:55:02.491335Z';
  const least = { level: 'Metadata', auditID, stage: 'Panic', requestURI: '/', verb: 'get' };
  return Buffer.from(JSON.stringify({ ...least, user, stageTimestamp }));
}

export function delivery(items: readonly Buffer[], oversized: readonly number[] = []): Delivery {
  const from = { source: 'kubernetes', sourceName: 'front', cluster: 'sample' } as const;
  return { ...from, origin: 'replay', way: 'webhook', items, oversized };
}

export function textsIn(sent: readonly OutgoingRecord[], topic: string): readonly string[] {
  return sent.filter((record) => record.topic === topic).map(({ value }) => value.toString());
}

export const recordsIn = (sent: readonly OutgoingRecord[]): readonly AuditRecord[] =>
  textsIn(sent, 'audit.ingested').map((text) => JSON.parse(text) as AuditRecord);

export const lettersIn = (sent: readonly OutgoingRecord[]): readonly DeadLetter[] =>
  textsIn(sent, 'audit.dead-letters').map((text) => JSON.parse(text) as DeadLetter);
