/** For tests: a sink whose Kafka, disk and process fail as they are told to. */
import { expect } from '@jest/globals';
import { type OutgoingRecord } from '@auditstream/stream/types';
import fc from 'fast-check';
import {
  createMemoryFolder,
  type DiskOperation,
  type MemoryFolder,
} from '../../services/ingest/src/adapters/spool/memory-folder.ts';
import { failing, ignore, openRig } from '../../services/ingest/src/adapters/spool/spool-rig.ts';
import { createDurableSink, type DurableSink } from '../../services/ingest/src/durable-sink.ts';
import { type Behaviour, createFakeKafka } from '../../services/ingest/src/fake-kafka.ts';
import {
  createNumbering,
  type Numbering,
  type NumberingState,
} from '../../services/ingest/src/numbering.ts';

export type Action =
  | { readonly type: 'deliver'; readonly count: number; readonly waits: boolean }
  | { readonly type: 'kafka'; readonly behaviour: Behaviour }
  | { readonly type: 'disk'; readonly failing: DiskOperation | null }
  | { readonly type: 'crash'; readonly losesPower: boolean }
  | { readonly type: 'time'; readonly ms: number };

export const actions: fc.Arbitrary<Action> = fc.oneof(
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

export const keys = ['one', 'two', 'three'] as const;
const answerLimitMs = 4;

export interface World {
  take(action: Action): Promise<void>;
  /** Heals everything, and waits until the spool is empty. */
  finish(): Promise<Finished>;
}

export interface Finished {
  readonly accepted: readonly OutgoingRecord[];
  /** What Kafka has, in its order; at its end a record for each partition. */
  readonly log: readonly OutgoingRecord[];
  /** The disk failed, and later the process: what was to be told of the one may be lost with the other. */
  readonly isForgetful: boolean;
}

interface Delivery {
  readonly records: readonly OutgoingRecord[];
  isAccepted: boolean;
}

export async function createWorld(): Promise<World> {
  const kafka = createFakeKafka();
  const deliveries: Delivery[] = [];
  let [texts, crashes] = [0, 0];
  let folder: MemoryFolder = createMemoryFolder();
  let sink: DurableSink;
  let answers: Promise<void>[] = [];
  let numbering: Numbering;
  let [hasDiskFailed, isForgetful] = [false, false];

  const start = async (left: MemoryFolder, before: NumberingState): Promise<void> => {
    numbering = createNumbering({
      ...{
        ingester: 'aaaaaaaaaaaaaaaa',
        epoch: crashes + 1,
        newSalt: () => Buffer.alloc(16),
        before,
      },
      partitionOf: (key) => keys.indexOf(key.toString() as 'one'),
    });
    const { spool, folder: used } = await openRig(left);
    folder = used;
    sink = createDurableSink({
      producer: kafka.restart(),
      numbering,
      ...{ spool, patientBytes: 1_000_000, answerLimitMs, now: () => 0 },
      lettersOf: () => Promise.reject(new Error('Nothing is too large here.')),
      pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
      telemetry: { count: ignore, log: silent },
    });
  };
  const deliver = (count: number): Promise<void> => {
    const records = Array.from({ length: count }, () => {
      const value = Buffer.from(`record ${(texts += 1)}`);
      return { topic: 'audit.ingested', key: Buffer.from(keys[texts % keys.length] ?? ''), value };
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
        hasDiskFailed ||= action.failing !== null;
        folder.onOperation = action.failing === null ? ignore : failing(action.failing);
        return;
      case 'crash': {
        crashes += 1;
        isForgetful ||= hasDiskFailed;
        const before = numbering.state();
        answers = [];
        const left = action.losesPower
          ? folder.afterPowerLoss(() => (texts % 7) / 7)
          : folder.afterKill();
        // The last process goes on, as far as it concerns Kafka: its requests may be on their way.
        folder.onOperation = failing('sync');
        void sink.stop();
        return start(left, before);
      }
      case 'time':
        return elapse(action.ms);
    }
  };
  await start(folder, { partitions: [] });
  return {
    take,
    async finish() {
      folder.onOperation = ignore;
      kafka.behave('up');
      await Promise.all(answers);
      while (sink.signs().mode !== 'direct') await elapse(1);
      await sink.durably(keys.map(lastOf), 'urgent');
      while (sink.signs().mode !== 'direct') await elapse(1);
      await sink.stop();
      expect(folder.bytes()).toBe(0);
      const accepted = deliveries.filter(({ isAccepted }) => isAccepted);
      const records = accepted.flatMap((delivery) => delivery.records);
      return { accepted: records, log: kafka.log, isForgetful };
    },
  };
}

/** What follows in each partition, and tells what is void. */
function lastOf(key: string): OutgoingRecord {
  return { topic: 'audit.ingested', key: Buffer.from(key), value: Buffer.from(`last of ${key}`) };
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent };
