import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCodec } from '@auditstream/events/codec';
import { type AuditEvent } from '@auditstream/events/generated/types';
import {
  type BatchContext,
  type OutgoingRecord,
  type StreamRecord,
} from '@auditstream/stream/types';
import { createDetect, type DetectPorts } from './detect.ts';
import { createRuleSet } from './domain/rule-set.ts';
import {
  atStage,
  createRecorder,
  dockerEvent,
  execEvent,
  appended,
  registry,
  ruleText,
  ruleVersion,
} from './samples.ts';

const enriched = await openCodec('audit.enriched', registry);
const detections = await openCodec('audit.detections', registry);
const context: BatchContext = { signal: new AbortController().signal };

function recordOf(value: Buffer | null): StreamRecord {
  return {
    ...{ topic: 'audit.enriched', partition: 0, offset: 0, timestamp: appended },
    ...{ key: null, value, headers: {} },
  };
}

function records(events: readonly AuditEvent[]): readonly StreamRecord[] {
  return events.map((event) => recordOf(enriched.encode(event)));
}

function start(change: Partial<DetectPorts> = {}) {
  const sent: OutgoingRecord[] = [];
  const recorder = createRecorder();
  const ruleSet = createRuleSet();
  ruleSet.add({ version: ruleVersion(), publishedAt: 0 });
  const step = createDetect({
    ...{ enriched, detections, ruleSet, telemetry: recorder.telemetry },
    producer: { send: (outgoing) => Promise.resolve(void sent.push(...outgoing)) },
    rules: { catchUp: () => Promise.resolve() },
    ...change,
  });
  return { step, sent, recorder, ruleSet };
}

describe('createDetect', () => {
  it('produces detections under their id, with headers to choose by', async () => {
    const { step, sent, recorder } = start();
    const outcomes = await step(records([execEvent, atStage('RequestReceived')]), context);
    expect(outcomes).toEqual([{ type: 'done' }, { type: 'done' }]);
    const [record, ...others] = sent;
    expect(others).toEqual([]);
    const { id, dedupKey } = detections.decode(record?.value ?? Buffer.alloc(0));
    expect([record?.topic, record?.key?.toString()]).toEqual(['audit.detections', id]);
    const headers = Object.entries(record?.headers ?? {}).map(([name, text]) => [
      name,
      String(text),
    ]);
    expect(Object.fromEntries(headers)).toEqual({
      ...{ dedupKey, level: 'high', mode: 'enforce', origin: 'live', state: 'closed' },
    });
    expect(recorder.counted()).toEqual({
      'detect_evaluated_total matched': 1,
      'detect_evaluated_total stage-not-judged': 1,
      'detect_detections_total rule-1': 1,
    });
  });

  it('judges by rules that are read after the batch was fetched', async () => {
    const ruleSet = createRuleSet();
    const catchUp = (): Promise<void> => {
      ruleSet.add({ version: ruleVersion(), publishedAt: appended - 1000 });
      return Promise.resolve();
    };
    const { step, sent } = start({ ruleSet, rules: { catchUp } });
    const { appendedAt } = execEvent;
    await step(
      records([
        { ...execEvent, appendedAt: appended - 1 },
        { ...execEvent, appendedAt },
      ]),
      context,
    );
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['audit.rules cannot be read', { rules: { catchUp: () => Promise.reject(new Error('down')) } }],
    [
      'detections are not acknowledged',
      { producer: { send: () => Promise.reject(new Error('down')) } },
    ],
  ])('asks to retry, and counts nothing, while %s', async (_, change) => {
    const { step, recorder } = start(change);
    await expect(step(records([execEvent]), context)).rejects.toThrow('down');
    expect(recorder.counted()).toEqual({});
  });

  it('rejects what cannot be read, and goes on', async () => {
    const { step, sent, recorder } = start();
    const broken = { ...execEvent, body: Buffer.from('{') };
    const good = records([execEvent, broken]);
    const outcomes = await step([recordOf(null), recordOf(Buffer.from('x')), ...good], context);
    expect(outcomes).toMatchObject([
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'rejected', rejection: { code: 'undecodable' } },
      { type: 'done' },
      { type: 'rejected', rejection: { code: 'unreadable-body' } },
    ]);
    expect(sent).toHaveLength(1);
    expect(recorder.counted()).toMatchObject({ 'detect_evaluated_total unreadable': 3 });
  });

  it('counts each failure of a rule, logs it once for each version, and lets the others judge', async () => {
    const { step, sent, recorder, ruleSet } = start();
    ruleSet.add({ version: ruleVersion({ id: 'rule-0', text: 'no rule' }), publishedAt: 0 });
    await step(records([execEvent, execEvent]), context);
    await step(records([execEvent]), context);
    expect(sent).toHaveLength(3);
    expect(recorder.counted()).toMatchObject({ 'detect_rule_errors_total rule-0': 3 });
    expect(recorder.errors()).toHaveLength(1);
  });

  it('gives the same bytes in whatever batches and order events come, and however often', async () => {
    const expected = await detect([events]);
    expect(expected.size).toBe(6);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        fc.array(fc.integer({ min: 1, max: events.length }), { minLength: 1 }),
        async (shuffled, sizes) => {
          const found = await detect([...cut(shuffled, sizes), shuffled.slice(0, sizes[0])]);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Events around a change of the rules: open and closed requests, both sources, several rules. */
const events: readonly AuditEvent[] = [
  execEvent,
  { ...execEvent, requestId: 'request-2', appendedAt: appended + 30_000 },
  atStage('ResponseStarted', { requestId: 'request-3' }),
  atStage('ResponseComplete', { requestId: 'request-3', appendedAt: appended + 30_000 }),
  atStage('RequestReceived', { requestId: 'request-4' }),
  dockerEvent,
  { ...dockerEvent, requestId: 'event-3', origin: 'replay' },
];

async function detect(batches: readonly (readonly AuditEvent[])[]): Promise<Map<string, string>> {
  const { step, sent, ruleSet } = start();
  const docker = ruleText('Type: container', 'docker');
  ruleSet.add({ version: ruleVersion({ id: 'rule-2', text: docker }), publishedAt: 0 });
  const change = { version: 2, mode: 'shadow', digest: 'd2' } as const;
  ruleSet.add({ version: ruleVersion(change), publishedAt: appended + 10_000 });
  for (const batch of batches) await step(records(batch), context);
  const all = sent.map(({ value }) => [detections.decode(value), value.toString('hex')] as const);
  return new Map(all.map(([{ id, revision }, bytes]) => [`${id} ${revision}`, bytes]));
}

function cut<T>(items: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let from = 0;
  for (let at = 0; from < items.length; at += 1) {
    const size = sizes[at % sizes.length] ?? 1;
    batches.push(items.slice(from, from + size));
    from += size;
  }
  return batches;
}
