/** The producer: one request at a time, in the order of the calls, over sessions that are replaced when they fail. */
import { StreamError } from './errors.ts';
import { groupBy } from './group-by.ts';
import { type KafkaConnection } from './ports.ts';
import { createSender, type Sender, stopped } from './sender.ts';
import { type OutgoingRecord, type RecordProducer, type StreamTelemetry } from './types.ts';
import { endsWithin } from './wait.ts';

export interface ProducerOptions {
  readonly telemetry: StreamTelemetry;
  /** Milliseconds after which a request counts as not acknowledged; 10,000 if not given. */
  readonly deliveryLimitMs?: number;
  /** Bytes of one request; 900,000 if not given, which is below what a topic takes by default. */
  readonly maxRequestBytes?: number;
}

export interface RunningProducer extends RecordProducer {
  /** Whether the last request was acknowledged, or, before the first, whether Kafka was reached. */
  connected(): boolean;
  /** Waits for what has been sent, within the delivery limit and 7 s, and closes. */
  stop(): Promise<void>;
}

/** With the session's own close it stays within the 10 s that a service gives to each resource. */
const STOP_LIMIT_MS = 7_000;

interface Send {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts an idempotent producer (acks=all). Resolves without waiting for Kafka.
 *
 * `send` may be called concurrently; calls that wait together share a request. It rejects with a StreamError:
 * - retryable: not acknowledged in time; some of the records may be in Kafka all the same. Whatever was sent
 *   after it and had not begun is rejected too (`behind-failure`), so that nothing overtakes it;
 * - `record-too-large`: the error lists the records refused, the others are acknowledged;
 * - not retryable otherwise: Kafka refuses what was sent, as it is.
 */
export function startProducer(
  kafka: KafkaConnection,
  options: ProducerOptions,
): Promise<RunningProducer> {
  const limitMs = options.deliveryLimitMs ?? 10_000;
  const sender = createSender(kafka.openProducer, limitMs);
  const line = createLine(sender, options);
  sender.warmUp();
  return Promise.resolve({
    send: line.send,
    connected: sender.connected,
    async stop() {
      await endsWithin(line.close(), Math.min(limitMs + 1_000, STOP_LIMIT_MS));
      await sender.close();
    },
  });
}

interface Line {
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  /** Takes no more; resolves when the line is empty. */
  close(): Promise<void>;
}

/** Sends wait in line; those at its head that fit into one request go together. */
function createLine(sender: Sender, options: ProducerOptions): Line {
  const maxBytes = options.maxRequestBytes ?? 900_000;
  let waiting: Send[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting, maxBytes);
      waiting = waiting.slice(group.length);
      const failure = await deliverGroup(group, { sender, maxBytes, options });
      if (failure !== undefined) {
        const behind = waiting;
        waiting = [];
        rejectBehind(behind, failure);
      }
    }
    running = undefined;
  };
  return {
    send(records) {
      if (closed) return Promise.reject(stopped());
      if (records.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ records, bytes: sizeOf(records), resolve, reject });
        running ??= run();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

function takeGroup(waiting: readonly Send[], maxBytes: number): readonly Send[] {
  let bytes = 0;
  const tooMany = waiting.findIndex((send) => (bytes += send.bytes) > maxBytes);
  return waiting.slice(0, tooMany === -1 ? waiting.length : Math.max(1, tooMany));
}

interface Delivery {
  readonly sender: Sender;
  readonly maxBytes: number;
  readonly options: ProducerOptions;
}

/** Settles each send of the group. Returns the error that those behind must not overtake. */
async function deliverGroup(
  group: readonly Send[],
  delivery: Delivery,
): Promise<StreamError | undefined> {
  try {
    const records = group.flatMap((send) => send.records);
    const refused = await deliver(records, delivery);
    for (const send of group) settle(send, refused, delivery.options.telemetry);
    return undefined;
  } catch (error) {
    const failure = asStreamError(error);
    if (!failure.retryable && group.length > 1) return deliverSingly(group, delivery);
    for (const send of group) send.reject(failure);
    return failure.retryable ? failure : undefined;
  }
}

/** One of several sends is at fault: each is judged by itself. */
async function deliverSingly(
  group: readonly Send[],
  delivery: Delivery,
): Promise<StreamError | undefined> {
  for (const [index, send] of group.entries()) {
    const failure = await deliverGroup([send], delivery);
    if (failure === undefined) continue;
    rejectBehind(group.slice(index + 1), failure);
    return failure;
  }
  return undefined;
}

/** @returns the records that are too large for their topic; all others are acknowledged */
async function deliver(
  records: readonly OutgoingRecord[],
  delivery: Delivery,
): Promise<ReadonlySet<OutgoingRecord>> {
  const refused = new Set<OutgoingRecord>();
  for (const chunk of chunksOf(records, delivery.maxBytes)) {
    for (const record of await deliverOrHalve(chunk, delivery.sender)) refused.add(record);
  }
  return refused;
}

/** Kafka does not say which record of a request is too large: halves are tried until it is alone. */
async function deliverOrHalve(
  records: readonly OutgoingRecord[],
  sender: Sender,
): Promise<readonly OutgoingRecord[]> {
  try {
    await sender.send(records);
    return [];
  } catch (error) {
    if (asStreamError(error).code !== 'record-too-large') throw error;
    if (records.length === 1) return records;
    const middle = records.length >> 1;
    const first = await deliverOrHalve(records.slice(0, middle), sender);
    return [...first, ...(await deliverOrHalve(records.slice(middle), sender))];
  }
}

function settle(
  send: Send,
  refused: ReadonlySet<OutgoingRecord>,
  telemetry: StreamTelemetry,
): void {
  const records = send.records.filter((record) => refused.has(record));
  for (const [topic, ofTopic] of groupBy(send.records, (record) => record.topic)) {
    const acknowledged = ofTopic.filter((record) => !refused.has(record)).length;
    if (acknowledged > 0) {
      telemetry.count('stream_produced_records_total', { topic }, acknowledged);
    }
  }
  if (records.length === 0) send.resolve();
  else send.reject(tooLarge(records));
}

function tooLarge(records: readonly OutgoingRecord[]): StreamError {
  const topics = [...new Set(records.map(({ topic }) => topic))].join(', ');
  const message = `${records.length} records are larger than ${topics} takes (max.message.bytes).`;
  return new StreamError('record-too-large', message, { retryable: false, records });
}

function rejectBehind(sends: readonly Send[], cause: StreamError): void {
  const message =
    'Records sent earlier were not acknowledged; these wait for the caller to send both again.';
  for (const send of sends) {
    send.reject(new StreamError('behind-failure', message, { retryable: true, cause }));
  }
}

function asStreamError(error: unknown): StreamError {
  if (error instanceof StreamError) return error;
  return new StreamError('unexpected', String(error), { retryable: false, cause: error });
}

/** Bytes around each record: offsets, lengths, header counts. */
const RECORD_OVERHEAD = 32;

function sizeOf(records: readonly OutgoingRecord[]): number {
  return records.reduce((sum, record) => sum + recordSize(record), 0);
}

function recordSize({ key, value, headers }: OutgoingRecord): number {
  const headerBytes = Object.entries(headers ?? {}).reduce(
    (sum, [name, header]) => sum + Buffer.byteLength(name) + header.length + 4,
    0,
  );
  return RECORD_OVERHEAD + (key?.length ?? 0) + value.length + headerBytes;
}

/** Consecutive records, as many as fit into `maxBytes`, at least one. */
function* chunksOf(
  records: readonly OutgoingRecord[],
  maxBytes: number,
): Generator<readonly OutgoingRecord[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = recordSize(record);
    if (index > start && bytes + size > maxBytes) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield records.slice(start);
}
