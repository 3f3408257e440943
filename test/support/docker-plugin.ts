/** Our authorization plugin as a process, with a journal and a socket of its own. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePorts } from '@auditstream/local/ports';
import { launch, type ProcessRef, signalProcess, waitForEnd } from '@auditstream/local/process';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { readiness } from '../../cli/src/pipeline/services.ts';
import { waitFor } from './wait-for.ts';

export interface DockerPlugin {
  /** For --authorization-plugin. */
  readonly name: string;
  readonly journal: string;
  readonly logPath: string;
  /** All whole lines of the journal that are there. */
  lines(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  start(): Promise<void>;
  /** Ends it by this signal. */
  end(signal: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}

/** Where engines look for plugins that are no containers. */
const pluginFolder = '/run/docker/plugins';

export async function createDockerPlugin(
  env: Readonly<Record<string, string>> = {},
): Promise<DockerPlugin> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-plugin-'));
  const name = basename(folder);
  const journal = join(folder, 'journal');
  const logPath = join(folder, 'plugin.log');
  const [port = 0] = await freePorts(1);
  let running: ProcessRef | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running === undefined) return;
    await signalProcess(running, signal);
    await waitForEnd(running, 20_000);
    running = undefined;
  };
  return {
    ...{ name, journal, logPath, end },
    lines: () => readLines(journal),
    async start() {
      running = await launch({
        file: process.execPath,
        args: [join(projectRoot, 'services', 'docker-authz', 'dist', 'main.js')],
        env: {
          PATH: process.env['PATH'] ?? '',
          AUDITSTREAM_AUTHZ_SOCKET: join(pluginFolder, `${name}.sock`),
          AUDITSTREAM_AUTHZ_JOURNAL_DIR: journal,
          AUDITSTREAM_AUTHZ_ADMIN_PORT: String(port),
          ...env,
        },
        cwd: folder,
        logPath,
        account: undefined,
      });
      const isReady = async (): Promise<true | undefined> =>
        (await readiness(`http://127.0.0.1:${port}`)).ready ? true : undefined;
      await waitFor('the authorization plugin to be ready', isReady);
    },
    async remove() {
      await end('SIGTERM');
      await rm(join(pluginFolder, `${name}.sock`), { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readLines(journal: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const names = (await readdir(journal)).filter((file) => file.endsWith('.jsonl')).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(journal, file), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  );
}
