/** The commands about sources. */
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@auditstream/runtime/load-config';
import { type Command, InvalidArgumentError } from 'commander';
import { readIngestCounters } from './adapters/ingest-metrics.ts';
import { type OpenSearch } from './adapters/opensearch.ts';
import { say } from './commands/engine-options.ts';
import { addKubernetes, type KubernetesOptions } from './commands/source-add-kubernetes.ts';
import { type AddOptions, type AddPorts, addRead } from './commands/source-add.ts';
import {
  ingestAdminUrl,
  openSourcesFile,
  requireText,
  saveSources,
} from './commands/source-context.ts';
import { listSources, renderSources } from './commands/source-list.ts';
import { rotate, type RotateOptions } from './commands/source-rotate.ts';
import { CliError } from './errors.ts';
import { cliSettings } from './settings.ts';
import { withoutEntries } from './sources/sources-document.ts';
import { waitingView } from './view/waiting-view.ts';

export interface SourceCommandPorts {
  readonly signal: AbortSignal;
  readonly withOpenSearch: <T>(work: (reader: OpenSearch) => Promise<T>) => Promise<T>;
  readonly print: (text: string) => void;
}

export function addSourceCommands(program: Command, ports: SourceCommandPorts): void {
  const source = program.command('source').description('what ingest takes in');
  const add = source.command('add').description('add a source, wait for its first event');
  addAddCommands(add, ports);
  source
    .command('list')
    .description('every source, by what it is known, and when its last event came')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const file = await openSourcesFile();
      const read = { path: file.path, text: requireText(file) };
      const rows = await ports.withOpenSearch((reader) => listSources(read, reader));
      ports.print(json === true ? JSON.stringify(rows) : renderSources(rows));
    });
  withCredential(source.command('rotate <cluster>'))
    .description('make a second credential valid beside the first, and later end the first')
    .option('--finish', 'end every credential but the newest')
    .option('--json', 'one JSON object')
    .action(async (cluster: string, options: RotateOptions) =>
      rotate(cluster, options, await addPorts(ports)),
    );
  source
    .command('remove <cluster>')
    .description('take a source out; what has arrived stays')
    .option('--kind <kind>', 'only the source of this kind, as `list` names it')
    .action(async (cluster: string, { kind }: { kind?: string }) => {
      const file = await openSourcesFile();
      const selector = { cluster, kind };
      await saveSources(file, withoutEntries(file.path, requireText(file), selector));
      say(`removed ${kind ?? 'every source of'} ${cluster} from ${file.path}`);
    });
}

function addAddCommands(add: Command, ports: SourceCommandPorts): void {
  withWaiting(withCredential(add.command('kubernetes <cluster>')))
    .description('an API server with an audit webhook: credential, kubeconfig, policy and flags')
    .action(async (cluster: string, options: KubernetesOptions) =>
      addKubernetes(requireCluster(cluster), options, await addPorts(ports)),
    );
  withWaiting(add.command('kubernetes-log <cluster> <file...>'))
    .description('audit log files of an API server, which ingest reads')
    .action(async (cluster: string, files: readonly string[], options: AddOptions) =>
      addRead(
        { kind: 'kubernetes-log', cluster: requireCluster(cluster), files: files.map(absolute) },
        options,
        await addPorts(ports),
      ),
    );
  withWaiting(add.command('docker <name>'))
    .description('a Docker Engine, whose events ingest reads')
    .requiredOption('--socket <path>', "the engine's unix socket")
    .action(async (name: string, options: AddOptions & { socket: string }) =>
      addRead(
        { kind: 'docker-engine', cluster: requireCluster(name), socket: absolute(options.socket) },
        options,
        await addPorts(ports),
      ),
    );
}

function withCredential(command: Command): Command {
  const { ingest } = loadConfig(cliSettings, {}).ports;
  return command
    .option(
      '--url <url>',
      'base address of ingest as API servers reach it',
      `https://127.0.0.1:${ingest}`,
    )
    .option('--ca <file>', "PEM of what has signed ingest's certificate")
    .option('--out <folder>', 'where the files go, an empty folder (default: auditstream-CLUSTER)')
    .option('--client-certificate', 'make a client certificate instead of a token')
    .option('--requests-per-second <n>', 'of one API server, for the buffers', perSecond, 100)
    .option('--print-token', 'print the token, which is otherwise in the kubeconfig only');
}

function withWaiting(command: Command): Command {
  return command
    .option('--no-wait', 'do not wait for the first event')
    .option('--timeout <time>', 'how long to wait, such as 90s or 10m', duration, 600_000)
    .option('--json', 'one JSON object');
}

async function addPorts({ signal, withOpenSearch, print }: SourceCommandPorts): Promise<AddPorts> {
  const file = await openSourcesFile();
  const adminUrl = await ingestAdminUrl();
  const view = waitingView(process.stderr);
  return {
    file,
    save: (text) => saveSources(file, text),
    counters: () => readIngestCounters(adminUrl),
    withReader: withOpenSearch,
    now: Date.now,
    pause: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
    signal,
    say,
    progress: view.update,
    endProgress: view.finish,
    print,
  };
}

/** Relative paths in the file would start from its folder. */
function absolute(path: string): string {
  return resolve(path);
}

/** The names that ingest takes; one that it refused would keep it from taking any change. */
function requireCluster(name: string): string {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(name)) return name;
  throw new CliError(
    "A name has letters, digits, '.', '_' and '-', with a letter or digit at both ends.",
  );
}

function perSecond(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 100_000) return value;
  throw new InvalidArgumentError('It has to be a whole number from 1 to 100000.');
}

function duration(text: string): number {
  const match = /^(\d{1,5})([sm])$/.exec(text);
  if (match !== null) return Number(match[1]) * (match[2] === 'm' ? 60_000 : 1_000);
  throw new InvalidArgumentError('Give seconds or minutes, such as 90s or 10m.');
}
