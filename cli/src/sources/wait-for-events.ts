/** Waits for the first event of a source, and looks at what has come. */
import { type IngestCounters } from '../adapters/ingest-metrics.ts';
import { type DocumentReader, type Json } from '../adapters/opensearch.ts';
import { type Arrival, arrivalFields, arrivalOf } from './arrival.ts';

export interface Waiting {
  readonly cluster: string;
  /** By which way events come, as documents have it: webhook, file or engine. */
  readonly way: string;
  /** Epoch milliseconds: what reached ingest before does not count. */
  readonly since: number;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** What ingest had counted before; null where it did not answer. */
  readonly before: IngestCounters | null;
}

export interface WaitPorts {
  readonly reader: DocumentReader;
  /** Null where ingest does not answer. */
  readonly counters: () => Promise<IngestCounters | null>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly progress: (state: WaitState) => void;
}

/** What is known while nothing has come. */
export interface WaitState {
  readonly waitedMs: number;
  /** False where ingest does not answer. */
  readonly ingestAnswers: boolean;
  readonly reload: 'awaited' | 'taken' | 'refused';
  /** Refusals since waiting began, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
}

export type WaitOutcome =
  | { readonly type: 'arrived'; readonly arrival: Arrival }
  | { readonly type: 'nothing'; readonly state: WaitState };

const everyMs = 1_000;
/** The first event seldom comes alone: what comes with it makes the picture. */
const pictureMs = 5_000;
const examined = 1_000;
const [events, deadLetters] = ['audit-events', 'audit-dead-letters'];

/** Ends with what arrived, or with what is known when time is up or the signal is aborted. */
export async function waitForEvents(waiting: Waiting, ports: WaitPorts): Promise<WaitOutcome> {
  const { reader, now, pause, signal, progress } = ports;
  const begun = now();
  for (;;) {
    await reader.refresh(events);
    if ((await reader.count(events, queryOf(waiting))) > 0) {
      await pause(pictureMs);
      return { type: 'arrived', arrival: await lookAt(waiting, reader) };
    }
    const state = await stateOf(waiting, ports, now() - begun);
    if (state.waitedMs >= waiting.timeoutMs || signal.aborted) return { type: 'nothing', state };
    progress(state);
    await pause(everyMs);
  }
}

async function stateOf(
  { before }: Waiting,
  { counters }: WaitPorts,
  waitedMs: number,
): Promise<WaitState> {
  const after = await counters();
  if (after === null) {
    return { waitedMs, ingestAnswers: false, reload: 'awaited', refusals: new Map() };
  }
  const refusals = new Map<string, number>();
  for (const [reason, count] of after.refusals) {
    // A counter that has fallen has begun anew.
    const base = before?.refusals.get(reason) ?? 0;
    const fresh = count >= base ? count - base : count;
    if (fresh > 0) refusals.set(reason, fresh);
  }
  return { waitedMs, ingestAnswers: true, reload: reloadOf(before, after), refusals };
}

function reloadOf(before: IngestCounters | null, after: IngestCounters): WaitState['reload'] {
  const [then, now] = [before?.reloads ?? { taken: 0, refused: 0 }, after.reloads];
  if (now.taken > then.taken) return 'taken';
  return now.refused > then.refused ? 'refused' : 'awaited';
}

async function lookAt(waiting: Waiting, reader: DocumentReader): Promise<Arrival> {
  const query = queryOf(waiting);
  for (const index of [events, deadLetters]) await reader.refresh(index);
  const hits = await reader.search(events, {
    size: examined,
    sort: [{ 'event.created': 'desc' }],
    _source: arrivalFields,
    query,
  });
  const rejected = await reader.search(deadLetters, {
    size: examined,
    _source: ['error.code'],
    query: rejectedQuery(waiting),
  });
  // Counted last: events go on to come, and no fewer are there than were looked at.
  return arrivalOf({ events: await reader.count(events, query), hits, deadLetters: rejected });
}

function queryOf({ cluster, way, since }: Waiting): Json {
  const filter = [
    { term: { 'auditstream.cluster': cluster } },
    { term: { 'auditstream.delivery': way } },
    { range: { 'event.created': { gte: new Date(since).toISOString() } } },
  ];
  return { bool: { filter } };
}

function rejectedQuery({ cluster, since }: Waiting): Json {
  const filter = [
    { term: { 'auditstream.cluster': cluster } },
    { range: { '@timestamp': { gte: new Date(since).toISOString() } } },
  ];
  return { bool: { filter } };
}
