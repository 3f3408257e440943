import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { requestOf, responseOf } from './samples.ts';

let folder = '';
let plugin: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-authz-'));
});

afterEach(async () => {
  plugin?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function start(): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const options = ['--import', 'tsx', '--conditions=@auditstream/source', main];
  plugin = spawn(execPath, options, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: env['PATH'],
      AUDITSTREAM_AUTHZ_SOCKET: join(folder, 'plugin.sock'),
      AUDITSTREAM_AUTHZ_JOURNAL_DIR: join(folder, 'journal'),
      AUDITSTREAM_AUTHZ_JOURNAL_SEGMENT_BYTES: '16384',
      AUDITSTREAM_AUTHZ_ADMIN_PORT: '0',
    },
  });
  while ((await post('/Plugin.Activate', Buffer.alloc(0))) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return plugin;
}

const agent = new Agent({ keepAlive: false });

/** @returns the answer; undefined where there is none */
function post(path: string, body: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const target = { socketPath: join(folder, 'plugin.sock'), method: 'POST', path, agent };
    const outgoing = request(target, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve(text);
      });
      response.on('error', () => {
        resolve(undefined);
      });
    });
    outgoing.on('error', () => {
      resolve(undefined);
    });
    outgoing.end(body);
  });
}

/** Calls, ten at a time, until nobody answers. @returns what was answered */
async function callUntilEnd(from: number, onAnswer: () => void): Promise<readonly string[]> {
  const answered: string[] = [];
  let next = from;
  const one = async (): Promise<void> => {
    for (;;) {
      const uri = `/containers/c${next}/start`;
      next += 1;
      if ((await post('/AuthZPlugin.AuthZReq', requestOf({ uri }))) === undefined) return;
      answered.push(`request ${uri}`);
      const response = responseOf({ uri }, { status: 204 });
      if ((await post('/AuthZPlugin.AuthZRes', response)) === undefined) return;
      answered.push(`call ${uri}`);
      onAnswer();
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
  return answered;
}

async function recorded(): Promise<ReadonlySet<string>> {
  const journal = join(folder, 'journal');
  const texts = await Promise.all(
    (await readdir(journal)).map((name) => readFile(join(journal, name), 'utf8')),
  );
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
  return new Set(
    lines.map((line) => {
      const { authz, uri } = JSON.parse(line) as { readonly authz: string; readonly uri: string };
      return `${authz} ${uri}`;
    }),
  );
}

describe('a plugin that is killed while it answers', () => {
  it('has every call on record that it had answered', async () => {
    const answered: string[] = [];
    for (const count of [5, 100, 300]) {
      const running = await start();
      const ended = once(running, 'exit');
      let left = count;
      const more = await callUntilEnd(answered.length + 1_000 * count, () => {
        left -= 1;
        if (left === 0) running.kill('SIGKILL');
      });
      answered.push(...more);
      await ended;
    }
    expect(answered.length).toBeGreaterThan(800);
    const lines = await recorded();
    expect(answered.filter((call) => !lines.has(call))).toEqual([]);
  }, 120_000);
});
