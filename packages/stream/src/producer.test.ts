import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamError, type StreamErrorCode } from './errors.ts';
import { type KafkaConnection, type ProducerSession } from './ports.ts';
import { type RunningProducer, startProducer } from './producer.ts';
import { type OutgoingRecord, type StreamTelemetry } from './types.ts';

const ignore = (): void => undefined;
const telemetry: StreamTelemetry = {
  count: ignore,
  set: ignore,
  forget: ignore,
  observe: ignore,
  log: { info: ignore, warn: ignore, error: ignore },
};

/** A broker as chance has it: what it does with each request, in order; then it takes everything. */
type Fate = 'take' | 'take-and-fail' | StreamErrorCode | 'hang';

interface FakeKafka {
  readonly kafka: KafkaConnection;
  /** Values in the order in which they were written. */
  readonly written: string[];
  readonly sessions: { abandoned: boolean; sends: number; failed: boolean }[];
}

const retryable = new Set<string>(['unreachable', 'unavailable', 'timeout']);

function fakeKafka(fates: readonly Fate[], tooLarge = Number.POSITIVE_INFINITY): FakeKafka {
  const remaining = [...fates];
  const written: string[] = [];
  const sessions: FakeKafka['sessions'] = [];
  const openProducer = (): ProducerSession => {
    const session = { abandoned: false, sends: 0, failed: false };
    sessions.push(session);
    return {
      connect: () => Promise.resolve(),
      async send(records) {
        expect(session).toMatchObject({ abandoned: false, failed: false, sends: 0 });
        session.sends += 1;
        await Promise.resolve();
        try {
          await answer(remaining.shift() ?? 'take', records);
        } catch (error) {
          session.failed = true;
          throw error;
        } finally {
          session.sends -= 1;
        }
      },
      abandon: () => (session.abandoned = true),
      close: () => Promise.resolve(),
    };
  };
  const answer = async (fate: Fate, records: readonly OutgoingRecord[]): Promise<void> => {
    if (records.some(({ value }) => value.length > tooLarge)) throw failure('record-too-large');
    if (fate === 'hang') await new Promise(ignore);
    else if (fate === 'take' || fate === 'take-and-fail') {
      written.push(...records.map(({ value }) => value.toString()));
      if (fate === 'take-and-fail') throw failure('timeout');
    } else throw failure(fate);
  };
  const unused = (): never => {
    throw new Error('A producer opens nothing else.');
  };
  const kafka = {
    clientId: 'test',
    telemetry,
    openProducer,
    openConsumer: unused,
    openAdmin: unused,
  };
  return { kafka, written, sessions };
}

function failure(code: StreamErrorCode): StreamError {
  return new StreamError(code, code, { retryable: retryable.has(code) });
}

function records(...values: readonly string[]): OutgoingRecord[] {
  return values.map((value) => ({
    topic: 't',
    partition: 0,
    key: null,
    value: Buffer.from(value),
  }));
}

function start({ kafka }: FakeKafka, maxRequestBytes = 900_000): Promise<RunningProducer> {
  return startProducer(kafka, { telemetry, deliveryLimitMs: 200, maxRequestBytes });
}

async function outcomes(sends: readonly Promise<void>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(sends);
  return settled.map((result) =>
    result.status === 'fulfilled' ? 'ok' : (result.reason as StreamError).code,
  );
}

describe('a producer', () => {
  it('writes concurrent sends in the order of the calls', async () => {
    const fake = fakeKafka([]);
    const producer = await start(fake, 100);
    await Promise.all(
      Array.from('abcdefgh').map((letter) => producer.send(records(letter, letter))),
    );
    expect(fake.written.join('')).toBe('aabbccddeeffgghh');
    expect(fake.sessions).toHaveLength(1);
  });

  it('rejects what waits behind a send that was not acknowledged, and goes on with a new session', async () => {
    const fake = fakeKafka(['take', 'unreachable']);
    const producer = await start(fake, 30);
    const sends = Array.from('abcd').map((letter) => producer.send(records(letter)));
    expect(await outcomes(sends)).toEqual([
      'ok',
      'unreachable',
      'behind-failure',
      'behind-failure',
    ]);
    expect(producer.connected()).toBe(false);
    await producer.send(records('e'));
    expect(fake.written).toEqual(['a', 'e']);
    expect(fake.sessions.map(({ abandoned }) => abandoned)).toEqual([true, false]);
  });

  it('gives up on a request that hangs, and abandons its session', async () => {
    const fake = fakeKafka(['hang']);
    const producer = await start(fake);
    expect(await outcomes([producer.send(records('a'))])).toEqual(['timeout']);
    expect(fake.sessions[0]?.abandoned).toBe(true);
  });

  it('lets one refused send fail alone, of those that shared a request', async () => {
    const fake = fakeKafka(['take', 'refused', 'take', 'refused', 'take']);
    const producer = await start(fake);
    const sends = Array.from('abcd').map((letter) => producer.send(records(letter)));
    expect(await outcomes(sends)).toEqual(['ok', 'ok', 'refused', 'ok']);
    expect(fake.written.join('')).toBe('abd');
  });

  it.each([0, 1, 2, 3, 4])(
    'names the record too large at position %i and writes the others',
    async (position) => {
      const fake = fakeKafka([], 3);
      const producer = await start(fake);
      const values = Array.from('abcde').map((letter, index) =>
        index === position ? 'large' : letter,
      );
      const sent = records(...values);
      const other = producer.send(records('z'));
      await expect(producer.send(sent)).rejects.toMatchObject({
        code: 'record-too-large',
        records: [sent[position]],
      });
      await other;
      expect(fake.written).toEqual(['z', ...values.filter((value) => value !== 'large')]);
    },
  );

  it('splits a large send into requests and stops at the first that fails', async () => {
    const fake = fakeKafka(['take', 'take', 'unavailable']);
    const producer = await start(fake, 40);
    expect(await outcomes([producer.send(records(...Array.from('abcde')))])).toEqual([
      'unavailable',
    ]);
    expect(fake.written).toEqual(['a', 'b']);
  });

  const fates = fc.array(
    fc.constantFrom<Fate>('take', 'take-and-fail', 'unreachable', 'unavailable', 'refused'),
    { maxLength: 30 },
  );

  it('has written everything it acknowledged, in order, whatever befalls it', async () => {
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 1, max: 400 }), async (script, maxBytes) => {
        const fake = fakeKafka(script);
        const producer = await start(fake, maxBytes);
        const values = Array.from({ length: 12 }, (_, n) => String(n));
        const results = await outcomes(values.map((value) => producer.send(records(value))));
        const acknowledged = values.filter((_, index) => results[index] === 'ok');
        const lastWrites = acknowledged.map((value) => fake.written.lastIndexOf(value));
        expect(lastWrites).not.toContain(-1);
        expect(lastWrites).toEqual(lastWrites.toSorted((a, b) => a - b));
        const failed = results.findIndex((code) => retryable.has(code));
        const behind = failed === -1 ? [] : results.slice(failed + 1);
        expect(behind).not.toContain('ok');
        await producer.stop();
      }),
    );
  });
});
