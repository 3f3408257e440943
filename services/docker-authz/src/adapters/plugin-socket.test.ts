import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Recorder } from '../record-calls.ts';
import { type PluginSocket, startPluginSocket } from './plugin-socket.ts';

let folder = '';
let socket = '';
let listening: PluginSocket | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-authz-'));
  socket = join(folder, 'plugins', 'auditstream.sock');
});

afterEach(async () => {
  await listening?.stop();
  listening = undefined;
  await rm(folder, { recursive: true });
});

const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };

interface Rig {
  readonly got: string[];
  lost: number;
}

async function start(recorder: Partial<Recorder> = {}, limitMs = 30_000): Promise<Rig> {
  const rig: Rig = { got: [], lost: 0 };
  const note =
    (phase: string) =>
    (bytes: Buffer): Promise<'recorded'> => {
      rig.got.push(`${phase} ${bytes.length}`);
      return Promise.resolve('recorded');
    };
  listening = await startPluginSocket({
    ...{ socket, limitMs, telemetry: { observe: ignore, log } },
    recorder: {
      ...{ request: note('request'), response: note('response') },
      lose: () => (rig.lost += 1),
      catchUp: () => Promise.resolve(),
      ...recorder,
    },
  });
  return rig;
}

function post(
  path: string,
  body = '',
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: socket, method: 'POST', path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    outgoing.on('error', reject).end(body);
  });
}

describe('the socket', () => {
  it('answers as an authorization plugin does', async () => {
    const { got } = await start();
    expect(await post('/Plugin.Activate')).toEqual({
      status: 200,
      text: '{"Implements":["authz"]}',
    });
    const { status, text } = await post('/AuthZPlugin.AuthZReq', '{}');
    expect({ status, answer: JSON.parse(text) as unknown }).toEqual({
      status: 200,
      answer: { Allow: true, Msg: expect.stringContaining('is on record') },
    });
    await post('/AuthZPlugin.AuthZRes', '{ }');
    expect(got).toEqual(['request 2', 'response 3']);
    expect((await post('/VolumeDriver.Create')).status).toBe(404);
  });

  it('is for its owner alone, and gone afterwards', async () => {
    await start();
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    await listening?.stop();
    await expect(stat(socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes the place of one that nobody answers', async () => {
    await start();
    await listening?.stop();
    await writeFile(socket, '');
    await start();
    expect((await post('/Plugin.Activate')).status).toBe(200);
  });

  it('is not taken from a process that answers', async () => {
    await start();
    const other = startPluginSocket({
      ...{ socket, limitMs: 50, telemetry: { observe: ignore, log } },
      recorder: undefined as unknown as Recorder,
    });
    await expect(other).rejects.toMatchObject({ code: 'socket-in-use' });
    expect((await post('/Plugin.Activate')).status).toBe(200);
  });

  it('allows a call in time, though it is not on record', async () => {
    await start({ request: () => new Promise(ignore) }, 10);
    const { text } = await post('/AuthZPlugin.AuthZReq', '{}');
    expect(JSON.parse(text)).toMatchObject({ Allow: true, Msg: expect.stringContaining('NOT') });
  });

  it('allows what is too large to be looked at, and notes it', async () => {
    const rig = await start();
    const large = 'x'.repeat(17 * 1024 * 1024);
    const { text } = await post('/AuthZPlugin.AuthZRes', large);
    expect(JSON.parse(text)).toMatchObject({ Allow: true, Msg: expect.stringContaining('NOT') });
    expect([rig.got, rig.lost]).toEqual([[], 1]);
  });
});
