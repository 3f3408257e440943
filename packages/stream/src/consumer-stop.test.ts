import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { startConsumer } from './consumer.ts';
import { StreamError } from './errors.ts';
import { type ConsumerListener, type ConsumerSession, type KafkaConnection } from './ports.ts';
import { type StreamTelemetry } from './types.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const ignore = (): void => undefined;
const telemetry: StreamTelemetry = {
  count: ignore,
  set: ignore,
  forget: ignore,
  observe: ignore,
  log: { info: ignore, warn: ignore, error: ignore },
};
const unused = (): never => {
  throw new Error('A consumer opens nothing else.');
};
const p0 = { topic: 't', partition: 0 };
const p1 = { topic: 't', partition: 1 };

/** What a service gives each of its parts to stop, in milliseconds. */
const releaseMs = 10_000;

it('stops in time though a step hangs and Kafka does not answer', async () => {
  let listener: ConsumerListener | undefined;
  const session: ConsumerSession = {
    pause: ignore,
    resume: ignore,
    commit: () => Promise.reject(new StreamError('unreachable', 'No broker.', { retryable: true })),
    lastAnswerAt: () => Date.now(),
    close: (limitMs) => new Promise((resolve) => setTimeout(resolve, limitMs)),
  };
  const openConsumer: KafkaConnection['openConsumer'] = (_, heard) => {
    listener = heard;
    return session;
  };
  const consumer = await startConsumer(
    { clientId: 'c', telemetry, openConsumer, openProducer: unused, openAdmin: unused },
    {
      ...{ groupId: 'g', topics: ['t'], telemetry, deadLetters: () => Promise.resolve() },
      step: () => new Promise(ignore),
    },
  );
  listener?.assigned([p0, p1]);
  const record = { ...p0, offset: 0, timestamp: 0, key: null, value: null, headers: {} };
  await listener?.fetched({ ...p0, records: [record], nextOffset: 1, highWatermark: 1 });
  await listener?.fetched({ ...p1, records: [], nextOffset: 7, highWatermark: 7 });
  let stopped = false;
  void consumer.stop().then(() => (stopped = true));
  await jest.advanceTimersByTimeAsync(releaseMs - 1);
  expect(stopped).toBe(true);
});
