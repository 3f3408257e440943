/** For tests: a producer as docs/stream.md promises it, and a Kafka that behaves as it is told. */
import { StreamError } from '@auditstream/stream/errors';
import { type OutgoingRecord, type RecordProducer } from '@auditstream/stream/types';

/**
 * - `up`: acknowledges;
 * - `down`: takes nothing;
 * - `lost`: takes the first half of a request, and its answer never arrives;
 * - `stalled`: does nothing until it behaves otherwise.
 */
export type Behaviour = 'up' | 'down' | 'lost' | 'stalled';

export interface FakeKafka {
  readonly producer: RecordProducer;
  /** All records, in the order in which Kafka took them. */
  readonly log: readonly OutgoingRecord[];
  behave(behaviour: Behaviour): void;
  /** A producer of a new process; what the last one had not been told of comes to nothing. */
  restart(): RecordProducer;
}

interface Send {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: StreamError) => void;
}

/** @param isTooLarge which records the topic does not take */
export function createFakeKafka(
  isTooLarge: (record: OutgoingRecord) => boolean = () => false,
): FakeKafka {
  const log: OutgoingRecord[] = [];
  const listeners: (() => void)[] = [];
  let behaviour: Behaviour = 'up';

  const settled = async (): Promise<Exclude<Behaviour, 'stalled'>> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (behaviour === 'stalled') await new Promise<void>((resolve) => listeners.push(resolve));
    return behaviour;
  };
  /** @returns whether what was sent later may go on */
  const request = async (sends: readonly Send[]): Promise<boolean> => {
    const how = await settled();
    const records = sends.flatMap((send) => send.records).filter((record) => !isTooLarge(record));
    if (how === 'up') {
      log.push(...records);
      for (const send of sends) answer(send, send.records.filter(isTooLarge));
      return true;
    }
    if (how === 'lost') log.push(...records.slice(0, Math.ceil(records.length / 2)));
    for (const send of sends) send.reject(failure('timeout'));
    return false;
  };
  const restart = (): RecordProducer => createLine(request);
  return {
    log,
    producer: restart(),
    restart,
    behave(next) {
      behaviour = next;
      for (const wake of listeners.splice(0)) wake();
    },
  };
}

/** One request at a time; those that wait share the next, or fail with the one before them. */
function createLine(request: (sends: readonly Send[]) => Promise<boolean>): RecordProducer {
  let waiting: Send[] = [];
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const isFine = await request(waiting.splice(0, 3));
      if (!isFine) for (const send of waiting.splice(0)) send.reject(failure('behind-failure'));
    }
    isRunning = false;
  };
  return {
    send: (records) =>
      new Promise((resolve, reject) => {
        waiting = [...waiting, { records, resolve, reject }];
        if (!isRunning) void run();
      }),
  };
}

function answer({ resolve, reject }: Send, refused: readonly OutgoingRecord[]): void {
  const options = { retryable: false, records: refused };
  if (refused.length === 0) resolve();
  else reject(new StreamError('record-too-large', 'Too large.', options));
}

function failure(code: 'timeout' | 'behind-failure'): StreamError {
  return new StreamError(code, 'Kafka did not acknowledge.', { retryable: true });
}
