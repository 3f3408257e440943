import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, launch, type ProcessRef, stopProcess } from '@auditstream/local/process';
import { lastLines } from '@auditstream/local/running';
import { callDocker } from './docker-client.ts';
import { waitFor } from './wait-for.ts';

/** A real Docker Engine in a folder of its own, without a network and without images. */
export interface Dockerd {
  readonly socket: string;
  /** An image that holds /bin/busybox and nothing else, as it is imported. */
  readonly imageTar: Buffer;
  /** Makes an image that holds /bin/busybox and nothing else. */
  importImage(repository: string): Promise<void>;
  /** Ends it and starts it on the same folder. It has forgotten its events then. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const stopGraceMs = 30_000;

/** @param more arguments beside those that keep it apart from the machine's own engine */
export async function startDockerd(more: readonly string[] = []): Promise<Dockerd> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-docker-'));
  const socket = join(folder, 'docker.sock');
  const run = (): Promise<ProcessRef> =>
    launch({
      file: required('AUDITSTREAM_TEST_DOCKERD'),
      args: [...engineArgs(folder, socket), ...more],
      env: { HOME: folder, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      cwd: folder,
      logPath: join(folder, 'dockerd.log'),
      account: undefined,
    });
  let engine = await run();
  const stop = async (): Promise<void> => {
    await stopProcess(engine, stopGraceMs);
    await rm(folder, { recursive: true, force: true });
  };
  const restart = async (): Promise<void> => {
    await stopProcess(engine, stopGraceMs);
    engine = await run();
    await waitUntilReady(folder, socket, engine);
  };
  try {
    await waitUntilReady(folder, socket, engine);
    const tar = await imageOf(folder);
    const importImage = async (repository: string): Promise<void> => {
      const path = `/images/create?fromSrc=-&repo=${repository}&tag=1`;
      await callDocker(socket, { method: 'POST', path, body: tar });
    };
    return { socket, imageTar: tar, importImage, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing of the machine's own is touched: no rules of its firewall, no bridge, no other engine's folders. */
function engineArgs(folder: string, socket: string): readonly string[] {
  return [
    ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-masq=false'],
    ...['--storage-driver=vfs', `--data-root=${join(folder, 'data')}`],
    ...[`--exec-root=${join(folder, 'exec')}`, `--pidfile=${join(folder, 'dockerd.pid')}`],
    ...['-H', `unix://${socket}`],
  ];
}

async function waitUntilReady(folder: string, socket: string, engine: ProcessRef): Promise<void> {
  await waitFor('the Docker Engine to answer', async () => {
    if (!(await isAlive(engine))) {
      const log = await readFile(join(folder, 'dockerd.log'), 'utf8');
      throw new Error(`The Docker Engine has ended. Its log ends:\n${lastLines(log, 5)}`);
    }
    return callDocker(socket, { method: 'GET', path: '/_ping' }).catch(() => undefined);
  });
}

async function imageOf(folder: string): Promise<Buffer> {
  const root = join(folder, 'image');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile(required('AUDITSTREAM_TEST_BUSYBOX'), join(root, 'bin', 'busybox'));
  const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
  const { stdout } = await promisify(execFile)('tar', ['-c', '-C', root, 'bin'], options);
  return stdout;
}

function required(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${name} is not set: run this stage by 'npm run test:sources'.`);
}
