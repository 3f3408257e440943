/** Follows the audit log files of API servers. docs/kubernetes-log-files.md is the contract. */
import { type LogSource } from '../../domain/sources.ts';
import { findLogFiles, type FoundFile, isRotatedOf } from './find-log-files.ts';
import { followFile } from './follow-file.ts';
import { type FollowOptions, followTimes, type FollowTimes } from './follow-options.ts';
import { createGate, type Gate } from './gate.ts';
import { type BeginningOf, openBeginnings } from './log-beginnings.ts';
import { type Backlogs, createBacklogs } from './log-progress.ts';
import { createSearchTeller } from './log-search-teller.ts';
import { type Begin } from './rotation.ts';
import { wait } from '../waiting.ts';

type Common = Pick<FollowOptions, 'accept' | 'notify' | 'checkpoints' | 'telemetry' | 'backoff'>;

export interface LogFilesOptions extends Common {
  readonly sources: readonly LogSource[];
  /** Milliseconds since 1970; the system's clock if not given. */
  readonly now?: () => number;
  readonly times?: Partial<FollowTimes>;
  /** Milliseconds between two searches for files that match a pattern; 5,000 if not given. */
  readonly searchMs?: number;
  /** Files that are followed at once; 256 if not given. */
  readonly maxFiles?: number;
}

export interface Following {
  /** Resolves when nothing is read or handed over any more. */
  stop(): Promise<void>;
}

const defaultSearchMs = 5_000;
const defaultMaxFiles = 256;
/** Files that are read and handed over at once: each has up to 1 MiB of lines under way. */
const maxAtOnce = 8;

/** Follows every file of every source, each by itself, until it is stopped. */
export function startLogFiles(options: LogFilesOptions): Following {
  const stopping = new AbortController();
  const { signal } = stopping;
  const followed: Followed = new Map();
  const shared = {
    followed,
    gate: createGate(maxAtOnce),
    backlogs: createBacklogs(options.telemetry),
  };
  const searching = Promise.all(
    options.sources.map((source) => searchOn({ ...shared, source, options, signal })),
  );
  return {
    async stop() {
      stopping.abort();
      await searching;
      await Promise.all([...followed.values()].map(({ ended }) => ended));
    },
  };
}

interface FollowedFile {
  readonly cluster: string;
  /** Device and inode as they were last seen. */
  identity: string | undefined;
  /** Resolves when it is not followed any more. */
  readonly ended: Promise<void>;
}

/** By path, over all sources. */
type Followed = Map<string, FollowedFile>;

interface Search {
  readonly source: LogSource;
  readonly options: LogFilesOptions;
  readonly followed: Followed;
  readonly gate: Gate;
  readonly backlogs: Backlogs;
  readonly signal: AbortSignal;
}

/** Searches for the files of one source again and again; whatever goes wrong, it is tried again. */
async function searchOn(search: Search): Promise<void> {
  const { source, options, signal } = search;
  const { telemetry, searchMs = defaultSearchMs } = options;
  const [tell, follow] = [createSearchTeller(source, telemetry), createFollow(search)];
  let beginningOf: BeginningOf | undefined;
  let isFirst = true;
  while (!signal.aborted) {
    try {
      beginningOf ??= await openBeginnings(source, options.checkpoints, options.now ?? Date.now);
      const found = await findLogFiles(source.files);
      const { wanted, over } = chooseNew(found, search);
      for (const file of wanted) follow(file, beginningOf(file, isFirst));
      isFirst = false;
      tell.found({ matched: found.length, followed: countOf(search), over });
    } catch (error) {
      tell.failed(error);
    }
    await wait(searchMs, signal);
  }
}

interface Chosen {
  readonly wanted: readonly FoundFile[];
  /** Files that would be followed if not so many were. */
  readonly over: number;
}

/** A file under two names is followed under one, and what a followed file was renamed to under none. */
function chooseNew(found: readonly FoundFile[], { options, followed }: Search): Chosen {
  for (const { path, identity } of found) {
    const known = followed.get(path);
    if (known && identity !== undefined) known.identity = identity;
  }
  const names = [...followed.keys(), ...found.map(({ path }) => path)];
  const taken = new Set([...followed.values()].map(({ identity }) => identity));
  const fresh = found.filter(({ path, identity, isMatched }) => {
    if (followed.has(path) || (isMatched && isRotatedOf(path, names))) return false;
    if (identity === undefined) return !isMatched;
    if (taken.has(identity)) return false;
    taken.add(identity);
    return true;
  });
  const room = Math.max(0, (options.maxFiles ?? defaultMaxFiles) - followed.size);
  return { wanted: fresh.slice(0, room), over: Math.max(0, fresh.length - room) };
}

function countOf({ source, followed }: Search): number {
  return [...followed.values()].filter(({ cluster }) => cluster === source.cluster).length;
}

/** @returns starts to follow a file */
function createFollow(search: Search): (file: FoundFile, begin: Begin) => void {
  const { source, options, followed, signal, gate, backlogs } = search;
  const common = {
    ...options,
    ...{ source, signal, gate, backlog: backlogs.of(source.cluster) },
    ...{ now: options.now ?? Date.now, times: { ...followTimes, ...options.times } },
  };
  return ({ path, identity, isMatched }, begin) => {
    const ended = followFile(path, { ...common, begin, mayLetGo: isMatched }).then(() => {
      followed.delete(path);
    });
    followed.set(path, { cluster: source.cluster, identity, ended });
  };
}
