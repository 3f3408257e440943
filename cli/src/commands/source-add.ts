/** Adds a source, waits for its first event and says what has arrived. */
import { type IngestCounters } from '../adapters/ingest-metrics.ts';
import { type DocumentReader } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { entriesOf, withEntry } from '../sources/sources-document.ts';
import { waitForEvents, type WaitOutcome, type WaitState } from '../sources/wait-for-events.ts';
import { arrivalText, nothingText } from '../view/arrival-view.ts';
import { type SourcesFile } from './source-context.ts';

export interface AddOptions {
  readonly wait: boolean;
  /** Milliseconds to wait for the first event. */
  readonly timeout: number;
  readonly json?: boolean;
}

export interface AddPorts {
  readonly file: SourcesFile;
  readonly save: (text: string) => Promise<void>;
  /** Null where ingest does not answer. */
  readonly counters: () => Promise<IngestCounters | null>;
  /** Gives the reader of the index to the work, and closes it. */
  readonly withReader: <T>(work: (reader: DocumentReader) => Promise<T>) => Promise<T>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** For people who wait, on standard error. */
  readonly say: (line: string) => void;
  readonly progress: (cluster: string, state: WaitState) => void;
  /** Ends what `progress` shows. */
  readonly endProgress: () => void;
  /** On standard output. */
  readonly print: (text: string) => void;
}

export interface Added {
  readonly kind: string;
  readonly cluster: string;
  /** By which way its events come, as documents have it. */
  readonly way: string;
  /** The sources file with it. */
  readonly text: string;
  /** Folder with what the sender needs. */
  readonly out?: string;
  /** Only where it was asked for. */
  readonly token?: string;
}

/** Clocks of ingest and of this machine may differ by this much, in milliseconds. */
const clockMarginMs = 2_000;

/** @throws CliError with exit code 1 where nothing has arrived in time */
export async function addAndWait(
  added: Added,
  options: AddOptions,
  ports: AddPorts,
): Promise<void> {
  const { file, save, say, print } = ports;
  const before = await ports.counters();
  const since = ports.now() - clockMarginMs;
  await save(added.text);
  const { kind, cluster, way, out, token } = added;
  say(`added ${kind} ${cluster} to ${file.path}`);
  if (out !== undefined)
    say(`wrote what the API server needs into ${out}: README.md has the steps`);
  const facts = { kind, cluster, sources: file.path, ...{ out, token } };
  if (!options.wait) {
    print(options.json === true ? JSON.stringify(facts) : (token ?? ''));
    return;
  }
  if (token !== undefined && options.json !== true) print(token);
  const outcome = await ports.withReader((reader) =>
    waitForEvents(
      { cluster, way, since, timeoutMs: options.timeout, before },
      {
        ...ports,
        reader,
        progress: (state) => {
          ports.progress(cluster, state);
        },
      },
    ),
  );
  ports.endProgress();
  report(outcome, { facts, cluster, json: options.json ?? false }, print);
}

interface Reported {
  readonly facts: object;
  readonly cluster: string;
  readonly json: boolean;
}

function report(
  outcome: WaitOutcome,
  { facts, cluster, json }: Reported,
  print: (text: string) => void,
): void {
  if (json) print(JSON.stringify({ ...facts, ...jsonOf(outcome) }));
  if (outcome.type === 'nothing') {
    throw new CliError(nothingText(cluster, outcome.state), { exitCode: 1 });
  }
  if (!json) print(arrivalText(cluster, outcome.arrival));
}

function jsonOf(outcome: WaitOutcome): object {
  if (outcome.type === 'arrived') return { arrived: outcome.arrival };
  const { waitedMs, ingestAnswers, reload, refusals } = outcome.state;
  return { arrived: null, waitedMs, ingestAnswers, reload, refusals: Object.fromEntries(refusals) };
}

/** A source whose entry is all it takes: ingest reads it by itself. */
export async function addRead(
  entry: { readonly kind: string; readonly cluster: string; readonly [key: string]: unknown },
  options: AddOptions,
  ports: AddPorts,
): Promise<void> {
  const { path, text } = ports.file;
  const { kind, cluster } = entry;
  const way = kind === 'docker-engine' ? 'engine' : 'file';
  if (text !== null && entriesOf(path, text).some((some) => isSame(some.rest, entry))) {
    throw new CliError(`${path} has that source already: 'auditstream source list' shows all.`);
  }
  await addAndWait({ kind, cluster, way, text: withEntry(path, text, entry) }, options, ports);
}

/** Two readers of one file or socket would be repeats. */
function isSame(rest: Readonly<Record<string, unknown>>, entry: object): boolean {
  const { socket, files } = entry as { socket?: unknown; files?: readonly unknown[] };
  if (socket !== undefined) return rest['socket'] === socket;
  const known = rest['files'];
  return Array.isArray(known) && known.some((file) => files?.includes(file) === true);
}
