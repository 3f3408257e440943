/** For tests: a folder with logs that are followed, and all that comes of it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Accept, type Delivery } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { openCheckpoints } from '../checkpoints.ts';
import { type FollowTimes } from './follow-options.ts';
import { type Following, type LogFilesOptions, startLogFiles } from './log-files.ts';

export interface LogRig extends Following {
  readonly deliveries: Delivery[];
  readonly lines: () => readonly string[];
  /** Messages of all levels. */
  readonly logged: string[];
  readonly notices: Notice[];
  /** The last value of a gauge, or the sum of a counter; undefined where there has been none. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
}

export const quickTimes: FollowTimes = {
  ...{ pollMs: 2, missingMs: 5, checkpointMs: 0, lingerMs: 20, letGoMs: 20, progressMs: 0 },
};

export const accepting: Accept = ({ items }) =>
  Promise.resolve({ accepted: items.length, rejected: 0 });

export interface RigOptions extends Partial<
  Pick<LogFilesOptions, 'accept' | 'maxFiles' | 'times' | 'sources' | 'now'>
> {
  readonly files?: readonly string[];
  readonly from?: LogFilesOptions['sources'][number]['from'];
}

export interface LogFolderRig {
  readonly folder: string;
  readonly log: string;
  start(options?: RigOptions): Promise<LogRig>;
  /** The checkpoint of the log, as it is on disk. */
  checkpoint(): Promise<Record<string, unknown> | undefined>;
  stopAll(): Promise<void>;
}

/** A new folder with `audit.log` to be, and the state beside it. */
export async function openLogFolder(): Promise<LogFolderRig> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-log-files-'));
  const log = join(folder, 'audit.log');
  const state = join(folder, 'state');
  const running: Following[] = [];
  return {
    ...{ folder, log },
    async start(options = {}) {
      const rig = await startRig(state, { files: [log], ...options });
      running.push(rig);
      return rig;
    },
    async checkpoint() {
      const names = await readdir(state).catch(() => []);
      const files = names.filter((name) => name.endsWith('.json'));
      const texts = await Promise.all(files.map((name) => readFile(join(state, name), 'utf8')));
      const values = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
      return values.find(({ path }) => path === log);
    },
    async stopAll() {
      await Promise.all(running.map((following) => following.stop()));
      await rm(folder, { recursive: true });
    },
  };
}

async function startRig(state: string, options: RigOptions): Promise<LogRig> {
  const { files = [], from, accept = accepting, ...rest } = options;
  const [deliveries, logged, notices]: [Delivery[], string[], Notice[]] = [[], [], []];
  const lines: string[] = [];
  const values = new Map<string, number>();
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const keyOf = (name: string, labels: object): string => `${name} ${JSON.stringify(labels)}`;
  const source = { kind: 'kubernetes-log', cluster: 'sample', origin: 'replay', files } as const;
  const following = startLogFiles({
    sources: [{ ...source, ...(from && { from }) }],
    accept: async (delivery) => {
      const receipt = await accept(delivery);
      deliveries.push(delivery);
      lines.push(...delivery.items.map(String));
      return receipt;
    },
    notify: (notice) => {
      notices.push(notice);
      logged.push(notice.message);
      return Promise.resolve();
    },
    checkpoints: await openCheckpoints(state),
    telemetry: {
      log,
      count: (name, labels, by = 1) =>
        void values.set(keyOf(name, labels), (values.get(keyOf(name, labels)) ?? 0) + by),
      set: (name, labels, value) => void values.set(keyOf(name, labels), value),
    },
    searchMs: 5,
    backoff: { firstMs: 1, limitMs: 4 },
    ...rest,
    times: { ...quickTimes, ...rest.times },
  });
  return {
    ...{ deliveries, logged, notices },
    stop: () => following.stop(),
    lines: () => lines,
    metric: (name, labels = { cluster: 'sample' }) => values.get(keyOf(name, labels)),
  };
}

export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 1));
}
