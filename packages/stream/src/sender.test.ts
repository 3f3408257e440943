import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { StreamError } from './errors.ts';
import { type ProducerSession } from './ports.ts';
import { createSender } from './sender.ts';

interface FakeSession extends ProducerSession {
  readonly abandoned: () => boolean;
  readonly closed: () => boolean;
}

interface FakeKafka {
  readonly open: () => ProducerSession;
  readonly sessions: FakeSession[];
  isUp: boolean;
}

function fakeKafka(isUp: boolean): FakeKafka {
  const answer = (): Promise<void> =>
    fake.isUp
      ? Promise.resolve()
      : Promise.reject(new StreamError('unreachable', 'No broker.', { retryable: true }));
  const fake: FakeKafka = {
    isUp,
    sessions: [],
    open() {
      const seen = { abandoned: false, closed: false };
      const session: FakeSession = {
        connect: answer,
        send: answer,
        abandon: () => (seen.abandoned = true),
        close() {
          seen.closed = true;
          return Promise.resolve();
        },
        abandoned: () => seen.abandoned,
        closed: () => seen.closed,
      };
      fake.sessions.push(session);
      return session;
    },
  };
  return fake;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

const records = [{ topic: 't', key: null, value: Buffer.from('v') }];

describe('a sender', () => {
  it('reaches a Kafka that comes later than it, though nobody sends', async () => {
    const kafka = fakeKafka(false);
    const sender = createSender(kafka.open, 1_000);
    sender.warmUp();
    await until(() => kafka.sessions.length === 2);
    expect(sender.connected()).toBe(false);
    kafka.isUp = true;
    await until(sender.connected);
    expect(kafka.sessions.map((session) => session.abandoned())).toEqual([
      ...kafka.sessions.slice(1).map(() => true),
      false,
    ]);
    await sender.send(records);
    await sender.close();
  });

  it('does not fail the first send with a connection that failed long before', async () => {
    const kafka = fakeKafka(false);
    const sender = createSender(kafka.open, 1_000);
    sender.warmUp();
    await until(() => kafka.sessions[0]?.abandoned() === true);
    kafka.isUp = true;
    await sender.send(records);
    expect(sender.connected()).toBe(true);
    await sender.close();
  });

  it('opens nothing once it is closed', async () => {
    const kafka = fakeKafka(false);
    const sender = createSender(kafka.open, 1_000);
    sender.warmUp();
    await until(() => kafka.sessions[0]?.abandoned() === true);
    await sender.close();
    await expect(sender.send(records)).rejects.toMatchObject({ code: 'stopped' });
    expect(kafka.sessions).toHaveLength(1);
    expect(sender.connected()).toBe(false);
  });
});
