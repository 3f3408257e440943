/** Which sources are silent, and since when. docs/notices.md has the rule. All times are epoch milliseconds. */
import { type SilentAfter } from './silent-after.ts';

/** Sources of one name are one. */
export interface WatchedSource {
  readonly name: string;
  readonly kind: string;
  readonly cluster: string;
  readonly silentAfter: SilentAfter;
}

export interface Silence {
  readonly source: WatchedSource;
  readonly from: number;
  /** False where nothing has come since `from`, which is then the time when watching began. */
  readonly wasHeard: boolean;
}

/** An event; or an answer, which tells that a source is there that has nothing to say. */
export type Sign = 'event' | 'answer';

export interface Silences {
  /** Watches these and no others; what is known of those that stay is kept. */
  watch(sources: readonly WatchedSource[], at: number): void;
  /** A silence that was told before, by an ingest that has been stopped since. */
  restore(name: string, from: number): void;
  /** @returns the silence that it ends, if one was told */
  heard(name: string, sign: Sign, at: number): Silence | undefined;
  /** Those that have become too long; each once. */
  due(at: number): readonly Silence[];
  /** Since the last event of each; since watching began where none has come. */
  sinceEvents(at: number): readonly { readonly name: string; readonly ms: number }[];
}

interface State {
  source: WatchedSource;
  /** Of the last sign; of the beginning where there was none. */
  last: number;
  lastEvent: number;
  wasHeard: boolean;
  isTold: boolean;
}

export function createSilences(): Silences {
  let states = new Map<string, State>();
  return {
    watch(sources, at) {
      states = new Map(sources.map((source) => [source.name, stateOf(source, states, at)]));
    },
    restore(name, from) {
      const state = states.get(name);
      if (state !== undefined) Object.assign(state, { last: from, isTold: true, wasHeard: true });
    },
    heard(name, sign, at) {
      const state = states.get(name);
      if (state === undefined) return undefined;
      const ended = state.isTold ? silenceOf(state) : undefined;
      Object.assign(state, { last: at, isTold: false, wasHeard: true });
      if (sign === 'event') state.lastEvent = at;
      return ended;
    },
    due(at) {
      const late = [...states.values()].filter((state) => isDue(state, at));
      for (const state of late) state.isTold = true;
      return late.map(silenceOf);
    },
    sinceEvents: (at) =>
      [...states.values()].map(({ source, lastEvent }) => ({
        name: source.name,
        ms: Math.max(0, at - lastEvent),
      })),
  };
}

function stateOf(source: WatchedSource, known: ReadonlyMap<string, State>, at: number): State {
  const state = known.get(source.name);
  if (state === undefined) {
    return { source, last: at, lastEvent: at, wasHeard: false, isTold: false };
  }
  state.source = source;
  return state;
}

function isDue({ source, last, isTold }: State, at: number): boolean {
  return !isTold && source.silentAfter !== 'never' && at - last >= source.silentAfter;
}

function silenceOf({ source, last, wasHeard }: State): Silence {
  return { source, from: last, wasHeard };
}
