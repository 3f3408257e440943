import { afterEach, describe, expect, it } from '@jest/globals';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { type MemoryFolder } from './adapters/spool/memory-folder.ts';
import {
  failing,
  ignore,
  openRig,
  plainNumbering,
  record,
  records,
  textOf,
} from './adapters/spool/spool-rig.ts';
import { createDurableSink, type DurableSink } from './durable-sink.ts';
import { createFakeKafka, type FakeKafka } from './fake-kafka.ts';
import { type Spool } from './spool.ts';

interface Rig {
  readonly kafka: FakeKafka;
  readonly sink: DurableSink;
  readonly spool: Spool;
  readonly folder: MemoryFolder;
  readonly logged: string[];
  readonly log: () => readonly string[];
}

const opened: DurableSink[] = [];
const answerLimitMs = 30;

async function rig(folder?: MemoryFolder, kafka = createFakeKafka(isGiant)): Promise<Rig> {
  const { spool, folder: used } = await openRig(folder);
  const logged: string[] = [];
  const note = (_: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const sink = createDurableSink({
    producer: kafka.producer,
    numbering: plainNumbering(),
    spool,
    patientBytes: 100_000,
    lettersOf: (refused) =>
      Promise.resolve(refused.map((giant) => record(`letter for ${textOf(giant)}`))),
    pause: () => new Promise((resolve) => setTimeout(resolve, 2)),
    now: () => 1_000,
    telemetry: { count: ignore, log },
    answerLimitMs,
  });
  opened.push(sink);
  return { kafka, sink, spool, folder: used, logged, log: () => kafka.log.map(textOf) };
}

function isGiant({ value }: OutgoingRecord): boolean {
  return value.toString().startsWith('giant');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

afterEach(async () => {
  for (const sink of opened.splice(0)) await sink.stop();
});

describe('the way to durability', () => {
  it('is Kafka as long as it answers, and the spool stays empty', async () => {
    const { sink, folder, log, logged } = await rig();
    expect(await sink.durably(records('a', 'b'), 'urgent')).toEqual([]);
    expect([log(), folder.bytes(), sink.signs().mode, logged]).toEqual([
      ...[['a', 'b'], 0, 'direct', []],
    ]);
  });

  it('is the spool when Kafka refuses, in order, and Kafka again once that is drained', async () => {
    const { kafka, sink, folder, log, logged } = await rig();
    kafka.behave('down');
    await sink.durably(records('a'), 'urgent');
    await Promise.all(['b', 'c', 'd'].map((text) => sink.durably(records(text), 'urgent')));
    expect([sink.signs().mode, log()]).toEqual(['spooling', []]);
    kafka.behave('up');
    await until(() => sink.signs().mode === 'direct');
    await sink.durably(records('e'), 'urgent');
    expect([log(), folder.bytes()]).toEqual([['a', 'b', 'c', 'd', 'e'], 0]);
    expect(logged).toEqual([
      'Kafka does not acknowledge: events go to the spool.',
      'The spool could not be drained further.',
      'Kafka acknowledges again: the spool is drained.',
      'The spool is empty: events go to Kafka directly again.',
    ]);
  });

  it('is the spool when Kafka does not answer in time, for all that are under way', async () => {
    const { kafka, sink, log } = await rig();
    kafka.behave('stalled');
    const begun = performance.now();
    await Promise.all(['a', 'b', 'c'].map((text) => sink.durably(records(text), 'urgent')));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(answerLimitMs - 2);
    await sink.durably(records('d'), 'urgent');
    expect(log()).toEqual([]);
    kafka.behave('up');
    await until(() => sink.signs().mode === 'direct');
    expect(log()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('sends again from the first on that Kafka did not acknowledge', async () => {
    const { kafka, sink, log } = await rig();
    kafka.behave('stalled');
    const sent = ['a', 'b', 'c', 'd'].map((text) => sink.durably(records(text), 'urgent'));
    await Promise.all(sent);
    // The first request takes one of them, the next the other three: half of those arrive.
    kafka.behave('lost');
    await until(() => log().length > 0);
    kafka.behave('up');
    await until(() => sink.signs().mode === 'direct');
    expect([...new Set(log())]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses when neither takes it, holds nothing, and tries again', async () => {
    const { kafka, sink, folder, spool, log } = await rig();
    kafka.behave('down');
    folder.onOperation = failing('sync');
    const refusal = { code: 'unavailable', retryable: true };
    await expect(sink.durably(records('a'), 'urgent')).rejects.toMatchObject(refusal);
    await until(() => sink.signs().mode === 'direct');
    expect([sink.signs().diskFailedAt, spool.isEmpty()]).toEqual([1_000, true]);
    kafka.behave('up');
    await sink.durably(records('b'), 'urgent');
    expect(log()).toEqual(['b']);
  });

  it('waits for a slow Kafka where the disk fails', async () => {
    const { kafka, sink, folder } = await rig();
    kafka.behave('stalled');
    folder.onOperation = failing('create');
    const waiting = sink.durably(records('a'), 'urgent');
    await until(() => sink.signs().diskFailedAt !== null);
    await expect(sink.durably(records('b'), 'urgent')).rejects.toMatchObject({
      code: 'unavailable',
    });
    kafka.behave('up');
    expect(await waiting).toEqual([]);
  });

  it('refuses what a full spool has no room for, the patient before the others', async () => {
    const { kafka, sink, folder } = await rig();
    kafka.behave('down');
    const large = (): OutgoingRecord[] => records('x'.repeat(40_000));
    await sink.durably(large(), 'patient');
    await sink.durably(large(), 'patient');
    await expect(sink.durably(large(), 'patient')).rejects.toMatchObject({ code: 'unavailable' });
    expect(sink.signs().mode).toBe('spooling');
    const urgent = Array.from({ length: 40 }, () => sink.durably(large(), 'urgent'));
    const outcomes = await Promise.allSettled(urgent);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
    expect(sink.signs().mode).toBe('full');
    expect(folder.bytes()).toBeLessThanOrEqual(1024 * 1024);
    kafka.behave('up');
    await until(() => sink.signs().mode === 'direct');
    expect(kafka.log).toHaveLength(2 + outcomes.filter((o) => o.status === 'fulfilled').length);
  });

  it('names what is too large for its topic, and lets dead letters follow where it was spooled', async () => {
    const { kafka, sink, log } = await rig();
    const refused = await sink.durably(records('a', 'giant 1'), 'urgent');
    expect(refused.map(textOf)).toEqual(['giant 1']);
    kafka.behave('down');
    await sink.durably(records('b', 'giant 2', 'c'), 'urgent');
    kafka.behave('up');
    await until(() => sink.signs().mode === 'direct');
    expect(log()).toEqual(['a', 'b', 'c', 'letter for giant 2']);
  });

  it('begins with what the last process left in the spool', async () => {
    const { kafka, sink, folder } = await rig();
    kafka.behave('down');
    await sink.durably(records('a', 'b'), 'urgent');
    await sink.stop();
    kafka.behave('up');
    const next = await rig(folder.afterKill(), kafka);
    await next.sink.durably(records('c'), 'urgent');
    await until(() => next.sink.signs().mode === 'direct');
    expect(next.log()).toEqual(['a', 'b', 'c']);
  });

  it('stops although Kafka does not answer', async () => {
    const { kafka, sink } = await rig();
    kafka.behave('stalled');
    await sink.durably(records('a'), 'urgent');
    await sink.stop();
    expect(kafka.log).toEqual([]);
  });
});
