/** Makes records durable: in Kafka, or in the spool while Kafka does not answer. docs/ingest.md is the contract. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { IngestError } from './delivery.ts';
import { nextMode, type SpoolEvent, type SpoolMode } from './domain/spool-mode.ts';
import { drainSpool, type DrainPorts, type Fate, fateOf, type Undecided } from './drain-spool.ts';
import { type Numbering } from './numbering.ts';
import { SpoolError, type SpoolPlace } from './spool.ts';

/** Who can wait leaves room in the spool for those who can't. */
export type Patience = 'urgent' | 'patient';

/**
 * Resolves when all records are durable, with those that are too large for their topic and are not.
 * @throws IngestError 'unavailable'
 */
export type Durably = (
  records: readonly OutgoingRecord[],
  patience: Patience,
) => Promise<readonly OutgoingRecord[]>;

export interface DurableSinkPorts extends DrainPorts {
  /** What `patient` records may fill of the spool, in bytes. */
  readonly patientBytes: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds after which Kafka counts as not answering; 500 if not given. */
  readonly answerLimitMs?: number;
}

export interface SinkSigns {
  readonly mode: SpoolMode;
  /** When the disk last failed, epoch milliseconds; null where it never has. */
  readonly diskFailedAt: number | null;
}

export interface DurableSink {
  readonly durably: Durably;
  readonly signs: () => SinkSigns;
  /** Ends draining: what is left stays in the spool. */
  stop(): Promise<void>;
}

/** A delivery that was sent to Kafka directly. */
interface Entry {
  readonly records: readonly OutgoingRecord[];
  readonly limitBytes: number;
  readonly fate: Promise<Fate>;
  /** Calls the wait for Kafka off. */
  readonly calm: () => void;
  /** Only the first of these counts. */
  readonly resolve: (refused: readonly OutgoingRecord[]) => void;
  readonly reject: (error: unknown) => void;
}

type Append = (records: readonly OutgoingRecord[], limitBytes: number) => Promise<SpoolPlace>;

const defaultAnswerLimitMs = 500;

/** Begins to drain what the spool holds. */
export function createDurableSink(ports: DurableSinkPorts): DurableSink {
  const { producer, answerLimitMs = defaultAnswerLimitMs } = ports;
  const stopping = new AbortController();
  const mode = keepMode(ports);
  let inFlight: readonly Entry[] = [];
  let draining = Promise.resolve();

  const { append, diskFailedAt } = createAppend(ports, mode);
  const { signal } = stopping;
  const drain = (undecided: readonly Undecided[]): void => {
    draining = drainSpool({ ...ports, undecided, happened: mode.happened, signal });
  };
  /** Everything in flight goes to the spool, in order, and everything that comes goes behind it. */
  const takeOver = (error: unknown): void => {
    mode.happened('unacknowledged', { error });
    const undecided = inFlight.map((entry) => store(entry, append));
    inFlight = [];
    drain(undecided);
  };
  const decided = (entry: Entry, fate: Fate): void => {
    entry.calm();
    if (fate.type === 'failed') {
      if (inFlight.includes(entry)) takeOver(fate.error);
      return;
    }
    inFlight = inFlight.filter((other) => other !== entry);
    entry.resolve(fate.type === 'too-large' ? fate.records : []);
  };
  const sendDirectly = (
    records: readonly OutgoingRecord[],
    limitBytes: number,
  ): Promise<readonly OutgoingRecord[]> =>
    new Promise((resolve, reject) => {
      const fate = fateOf(producer.send(records));
      const calm = startTimer(answerLimitMs, () => {
        takeOver(new Error(`Kafka did not acknowledge within ${answerLimitMs} ms.`));
      });
      const entry: Entry = { records, limitBytes, fate, calm, resolve, reject };
      inFlight = [...inFlight, entry];
      void fate.then((outcome) => {
        decided(entry, outcome);
      });
    });

  if (mode.current() !== 'direct') drain([]);
  return {
    durably(records, patience) {
      const limitBytes = patience === 'patient' ? ports.patientBytes : Infinity;
      const isDirect = mode.current() === 'direct';
      const send = isDirect ? sendDirectly : append;
      const way: Way = { isDirect, send: (numbered) => send(numbered, limitBytes) };
      return sendNumbered(records, ports.numbering, way);
    },
    signs: () => ({ mode: mode.current(), diskFailedAt: diskFailedAt() }),
    async stop() {
      stopping.abort();
      await draining;
    },
  };
}

interface Way {
  readonly isDirect: boolean;
  /** Gives a place in the spool, or the records that are too large for their topic. */
  send(records: readonly OutgoingRecord[]): Promise<SpoolPlace | readonly OutgoingRecord[]>;
}

/**
 * Numbers and sends in one go, with nothing between them, so that the numbers have the order.
 * @returns those of the given records that are too large for their topic
 */
async function sendNumbered(
  records: readonly OutgoingRecord[],
  numbering: Numbering,
  way: Way,
): Promise<readonly OutgoingRecord[]> {
  if (records.length === 0) return [];
  const numbered = numbering.number(records);
  try {
    const answer = await way.send(numbered.records);
    const refused = 'segment' in answer ? [] : answer;
    numbered.durable(refused);
    return records.filter((record, at) => refused.includes(numbered.records[at] ?? record));
  } catch (error) {
    // What was never sent, and had no room in the spool, is nowhere.
    numbered.refused(!way.isDirect && isFull(error) ? 'unsent' : 'unknown');
    throw error;
  }
}

function isFull(error: unknown): boolean {
  const cause = error instanceof IngestError ? error.cause : error;
  return cause instanceof SpoolError && cause.code === 'full';
}

interface ModeKeeper {
  readonly current: () => SpoolMode;
  readonly happened: (event: SpoolEvent, fields?: object) => void;
}

/** Tells of every change. */
function keepMode({ spool, telemetry }: DurableSinkPorts): ModeKeeper {
  let mode: SpoolMode = spool.isEmpty() ? 'direct' : 'spooling';
  return {
    current: () => mode,
    happened(event, fields = {}) {
      const next = nextMode(mode, event);
      if (next !== mode) tell(next, { ...fields, ...spool.depth() }, telemetry);
      mode = next;
    },
  };
}

/** @returns what calls it off */
function startTimer(ms: number, onOver: () => void): () => void {
  const timer = setTimeout(onOver, ms);
  return () => {
    clearTimeout(timer);
  };
}

/** Appends to the spool, and tells what goes wrong. */
function createAppend(
  { spool, telemetry, now, patientBytes }: DurableSinkPorts,
  mode: ModeKeeper,
): { readonly append: Append; readonly diskFailedAt: () => number | null } {
  let diskFailedAt: number | null = null;
  return {
    async append(records, limitBytes) {
      try {
        return await spool.append(records, limitBytes);
      } catch (error) {
        const hasNoRoom = isFull(error);
        telemetry.count('ingest_spool_refusals_total', { reason: hasNoRoom ? 'full' : 'disk' });
        // What only the patient may not use is still there for the others.
        if (hasNoRoom && limitBytes > patientBytes) mode.happened('refused');
        if (!hasNoRoom) {
          diskFailedAt = now();
          telemetry.log.error({ error }, 'The spool failed: a delivery was refused.');
        }
        throw new IngestError('unavailable', 'Neither Kafka nor the spool took the events.', error);
      }
    },
    diskFailedAt: () => diskFailedAt,
  };
}

/** Answers the delivery once it is synced, or once Kafka has decided, whichever is first. */
function store(entry: Entry, append: Append): Undecided {
  const { records, limitBytes, fate, calm, resolve, reject } = entry;
  calm();
  const stored = append(records, limitBytes).then(
    (place) => {
      resolve([]);
      return place;
    },
    (error: unknown) => {
      void fate.then(({ type }) => {
        if (type === 'failed') reject(error);
      });
      return null;
    },
  );
  return { records, fate, stored };
}

function tell(mode: SpoolMode, fields: object, { log }: Pick<Telemetry, 'log'>): void {
  switch (mode) {
    case 'direct':
      log.info({ ...fields }, 'The spool is empty: events go to Kafka directly again.');
      return;
    case 'spooling':
      log.warn({ ...fields }, 'Kafka does not acknowledge: events go to the spool.');
      return;
    case 'draining':
      log.info({ ...fields }, 'Kafka acknowledges again: the spool is drained.');
      return;
    case 'full':
      log.error({ ...fields }, 'The spool is full: deliveries are refused until it is drained.');
  }
}
