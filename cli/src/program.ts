import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@auditstream/runtime/load-config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { unsealBytes } from './adapters/age.ts';
import { connectOpenSearch, type OpenSearch } from './adapters/opensearch.ts';
import { down, renderStatus, status, up } from './commands/background.ts';
import {
  type ListOptions,
  listDetections,
  showDetection,
  tailDetections,
} from './commands/detections.ts';
import {
  listDeadLetters,
  type LetterListOptions,
  openDeadLetter,
  type OpenOptions,
  showDeadLetter,
} from './commands/dead-letters.ts';
import { type EngineOptions, dataDir } from './commands/engine-options.ts';
import { prepareEngines } from './commands/prepare.ts';
import {
  type PreviewOptions,
  previewOfFiles,
  previewOfIndex,
  readPolicy,
  renderPreview,
} from './commands/reduce-preview.ts';
import { type StartOptions, start } from './commands/start.ts';
import { type WhoOptions, who } from './commands/who.ts';
import { readState } from './pipeline/state-file.ts';
import { type Preview } from './reduce/preview.ts';
import { cliSettings } from './settings.ts';
import { addSourceCommands } from './source-program.ts';

/** Sigma's levels, the gravest first. */
const levels = ['critical', 'high', 'medium', 'low', 'informational'];

/** The command line. Every command ends when `signal` is aborted. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('auditstream')
    .description('Searches, watches and keeps the audit trails of container platforms')
    .exitOverride()
    .showHelpAfterError("(run 'auditstream --help' for what there is)");
  addPipelineCommands(program, signal);
  addDetectionCommands(program, signal);
  addDeadLetterCommands(program);
  addWho(program);
  addReduce(program);
  addSourceCommands(program, { signal, withOpenSearch, print });
  return program;
}

function addPipelineCommands(program: Command, signal: AbortSignal): void {
  withEngines(program.command('start'))
    .description('start everything in the foreground and send the sample in')
    .option(
      '--once',
      'stop once every event of the sample is settled; exit 1 if any is missing or doubled',
    )
    .option('--json', 'end standard output with one JSON object')
    .action((options: StartOptions) => start(options, signal));
  withEngines(program.command('up'))
    .description('start everything in the background')
    .action((options: EngineOptions) => up(options, signal));
  program.command('down').description('stop what was started').action(down);
  program
    .command('status')
    .description('say what runs')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await status();
      print(json === true ? JSON.stringify(rows) : renderStatus(rows));
      if (rows.some(({ state }) => state !== 'ready')) process.exitCode = 1;
    });
  program
    .command('setup')
    .description(
      'create topics, register schemas and install index templates on configured engines',
    )
    .action(prepareEngines);
}

function addDetectionCommands(program: Command, signal: AbortSignal): void {
  const detections = program.command('detections').description('what the rules found');
  withTimeRange(detections.command('list'))
    .description('the newest detections')
    .addOption(new Option('--level <level>', 'only this level').choices(levels))
    .option('--rule <id>', 'only this rule')
    .option('--cluster <name>', 'only this cluster')
    .option('--limit <n>', 'how many at most', wholeNumber, 50)
    .option('--json', 'one JSON document a line', false)
    .action((options: ListOptions) =>
      withOpenSearch(async (reader) => {
        print(await listDetections(options, { reader, now: Date.now() }));
      }),
    );
  detections
    .command('show <id>')
    .description('one detection, whole')
    .option('--json', 'one JSON document', false)
    .action((id: string, options: { json: boolean }) =>
      withOpenSearch(async (reader) => {
        print(await showDetection(id, options, reader));
      }),
    );
  detections
    .command('tail')
    .description('detections as they come in, until Ctrl-C')
    .option('--json', 'one JSON document a line', false)
    .action(({ json }: { json: boolean }) =>
      withOpenSearch((reader) =>
        tailDetections({ json, signal }, { reader, pause: () => pause(signal) }, print),
      ),
    );
}

function addDeadLetterCommands(program: Command): void {
  const letters = program.command('dead-letters').description('what could not be processed');
  withTimeRange(letters.command('list'))
    .description('the newest dead letters, with their reasons')
    .option('--reason <code>', 'only this reason, as not-json')
    .option('--service <name>', 'only what this service gave up')
    .option('--cluster <name>', 'only this cluster')
    .option('--limit <n>', 'how many at most', wholeNumber, 50)
    .option('--json', 'one JSON document a line, without its bytes', false)
    .action((options: LetterListOptions) =>
      withOpenSearch(async (reader) => {
        print(await listDeadLetters(options, { reader, now: Date.now() }));
      }),
    );
  letters
    .command('show <id>')
    .description('one dead letter, without its bytes')
    .option('--json', 'one JSON document', false)
    .action((id: string, options: { json: boolean }) =>
      withOpenSearch(async (reader) => {
        print(await showDeadLetter(id, options, reader));
      }),
    );
  letters
    .command('open <id>')
    .description('the bytes of one dead letter, exactly as they came; they may hold secrets')
    .option('-i, --identity <file>', 'the private key of age that they are sealed to')
    .option('-o, --output <file>', 'write them to this new file instead of standard output')
    .action((id: string, options: OpenOptions) =>
      withOpenSearch((reader) =>
        openDeadLetter(id, options, { reader, output: process.stdout, unseal: unsealBytes }),
      ),
    );
}

function addWho(program: Command): void {
  withTimeRange(program.command('who <resource/name>'))
    .description('who did what to an object, as in: who deployments/web')
    .option('-n, --namespace <name>', 'only in this namespace')
    .option('--cluster <name>', 'only in this cluster')
    .option('--limit <n>', 'how many at most', wholeNumber, 50)
    .option('--json', 'one JSON document a line', false)
    .action((object: string, options: WhoOptions) =>
      withOpenSearch(async (reader) => {
        print(await who(object, options, { reader, now: Date.now() }));
      }),
    );
}

function addReduce(program: Command): void {
  const reduce = program.command('reduce').description('what the reducer of ingest does');
  withTimeRange(reduce.command('preview [file...]'))
    .description('what a policy would take from events of log files, or of the index')
    .requiredOption('--policy <file>', 'an audit Policy, as the reducer reads it')
    .option('--cluster <name>', 'only this cluster of the index')
    .option('--limit <n>', 'how many events of the index at most', wholeNumber, 10_000)
    .option('--json', 'one JSON object')
    .action(async (files: readonly string[], options: PreviewOptions) => {
      const policy = await readPolicy(options.policy);
      const show = (preview: Preview): void => {
        print(options.json === true ? JSON.stringify(preview) : renderPreview(preview));
      };
      if (files.length > 0) show(await previewOfFiles(policy, files));
      else {
        await withOpenSearch(async (reader) => {
          show(await previewOfIndex(policy, options, { reader, now: Date.now() }));
        });
      }
    });
}

function withEngines(command: Command): Command {
  return command
    .addOption(
      new Option('--engines <where>', 'where Kafka, the registry and OpenSearch come from').choices(
        ['local', 'docker', 'external'],
      ),
    )
    .option('--fresh', "empty the engines' data first");
}

function withTimeRange(command: Command): Command {
  return command
    .option('--since <time>', 'an age such as 15m, 2h or 7d, or an RFC 3339 time')
    .option('--until <time>', 'likewise');
}

async function withOpenSearch<T>(work: (reader: OpenSearch) => Promise<T>): Promise<T> {
  const openSearch = connectOpenSearch(await openSearchUrl());
  try {
    return await work(openSearch);
  } finally {
    await openSearch.close();
  }
}

/** What is configured, else the OpenSearch of the pipeline that runs on this data folder. */
async function openSearchUrl(): Promise<string> {
  const configured = loadConfig(cliSettings, process.env).openSearch.url;
  if ((process.env[cliSettings.openSearch.url.env] ?? '') !== '') return configured;
  return (await readState(dataDir()))?.addresses.openSearchUrl ?? configured;
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(1_000, undefined, { signal }).catch(() => undefined);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 10_000) return value;
  throw new InvalidArgumentError('It has to be a whole number from 1 to 10000.');
}

/** Nothing found is, for scripts, no line at all. */
function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}
