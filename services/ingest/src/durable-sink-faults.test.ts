import { describe, expect, it } from '@jest/globals';
import { type OutgoingRecord } from '@auditstream/stream/types';
import fc from 'fast-check';
import {
  createMemoryFolder,
  type DiskOperation,
  type MemoryFolder,
} from './adapters/memory-folder.ts';
import { failing, ignore, openRig, textOf } from './adapters/spool-rig.ts';
import { createDurableSink, type DurableSink } from './durable-sink.ts';
import { type Behaviour, createFakeKafka } from './fake-kafka.ts';

type Action =
  | { readonly type: 'deliver'; readonly count: number; readonly waits: boolean }
  | { readonly type: 'kafka'; readonly behaviour: Behaviour }
  | { readonly type: 'disk'; readonly failing: DiskOperation | null }
  | { readonly type: 'crash'; readonly losesPower: boolean }
  | { readonly type: 'time'; readonly ms: number };

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('deliver' as const),
      count: fc.integer({ min: 1, max: 4 }),
      waits: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('kafka' as const),
      behaviour: fc.constantFrom<Behaviour>('up', 'down', 'lost', 'stalled'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('disk' as const),
      failing: fc.constantFrom<DiskOperation | null>('sync', 'write', 'create', 'read', null, null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('crash' as const), losesPower: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('time' as const),
      ms: fc.integer({ min: 0, max: 8 }),
    }),
  },
);

const keys = ['one', 'two', 'three'] as const;
const answerLimitMs = 4;

describe('whatever happens to Kafka, the disk and the process', () => {
  it('every accepted record is in Kafka, and the first copies of a key in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { maxLength: 30 }), async (happenings) => {
        const world = await createWorld();
        for (const action of happenings) await world.take(action);
        const { accepted, log } = await world.finish();
        for (const key of keys) {
          const isOfKey = (record: OutgoingRecord): boolean => record.key?.toString() === key;
          const expected = accepted.filter(isOfKey).map(textOf);
          const firsts = [...new Set(log.filter(isOfKey).map(textOf))];
          expect(firsts.filter((text) => expected.includes(text))).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

interface World {
  take(action: Action): Promise<void>;
  /** Heals everything, and waits until the spool is empty. */
  finish(): Promise<{ accepted: readonly OutgoingRecord[]; log: readonly OutgoingRecord[] }>;
}

interface Delivery {
  readonly records: readonly OutgoingRecord[];
  isAccepted: boolean;
}

async function createWorld(): Promise<World> {
  const kafka = createFakeKafka();
  const deliveries: Delivery[] = [];
  let [texts, crashes] = [0, 0];
  let folder: MemoryFolder = createMemoryFolder();
  let sink: DurableSink;
  let answers: Promise<void>[] = [];

  const start = async (left: MemoryFolder): Promise<void> => {
    const { spool, folder: used } = await openRig(left);
    folder = used;
    sink = createDurableSink({
      producer: kafka.restart(),
      ...{ spool, patientBytes: 1_000_000, answerLimitMs, now: () => 0 },
      lettersOf: () => Promise.reject(new Error('Nothing is too large here.')),
      pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
      telemetry: { count: ignore, log: silent },
    });
  };
  const deliver = (count: number): Promise<void> => {
    const records = Array.from({ length: count }, () => {
      const value = Buffer.from(`record ${(texts += 1)}`);
      return { topic: 't', key: Buffer.from(keys[texts % keys.length] ?? ''), value };
    });
    const delivery: Delivery = { records, isAccepted: false };
    deliveries.push(delivery);
    const process = crashes;
    return sink.durably(records, 'urgent').then(
      () => {
        // What a dead process says is heard by nobody.
        if (process === crashes) delivery.isAccepted = true;
      },
      () => undefined,
    );
  };
  const take = async (action: Action): Promise<void> => {
    switch (action.type) {
      case 'deliver': {
        const answer = deliver(action.count);
        answers.push(answer);
        // Kafka or the spool answers within a time that does not depend on either.
        if (action.waits) await Promise.race([answer, elapse(answerLimitMs * 4)]);
        return;
      }
      case 'kafka':
        kafka.behave(action.behaviour);
        return;
      case 'disk':
        folder.onOperation = action.failing === null ? ignore : failing(action.failing);
        return;
      case 'crash': {
        crashes += 1;
        answers = [];
        const left = action.losesPower
          ? folder.afterPowerLoss(() => (texts % 7) / 7)
          : folder.afterKill();
        // The last process goes on, as far as it concerns Kafka: its requests may be on their way.
        folder.onOperation = failing('sync');
        void sink.stop();
        return start(left);
      }
      case 'time':
        return elapse(action.ms);
    }
  };
  await start(folder);
  return {
    take,
    async finish() {
      folder.onOperation = ignore;
      kafka.behave('up');
      await Promise.all(answers);
      while (sink.signs().mode !== 'direct') await elapse(1);
      await sink.stop();
      expect(folder.bytes()).toBe(0);
      const accepted = deliveries.filter(({ isAccepted }) => isAccepted);
      return { accepted: accepted.flatMap(({ records }) => records), log: kafka.log };
    },
  };
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent };
