import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);

/** A service in a process of its own, whose start is the given source text. */
function program(start: string): string {
  return `
    import { runService } from ${here('./run-service.ts')};
    import { adminSettings, logSettings } from ${here('./settings.ts')};
    const settings = { admin: adminSettings('ingest', 0), log: logSettings };
    await runService({ name: 'ingest', settings, start: async ({ lifecycle }) => { ${start} } });`;
}

/** Settings of the person who runs the tests would be warned about. */
const withoutSettings = Object.fromEntries(
  Object.entries(env).filter(([name]) => !name.startsWith('AUDITSTREAM_')),
);

let child: ChildProcess | undefined;

/** Runs the program, sends the signal once it has started, and gives its exit and its messages. */
async function run(
  start: string,
  signal?: NodeJS.Signals,
): Promise<{ code: number; messages: string[] }> {
  const options = ['--import', 'tsx', '--input-type=module', '--eval', program(start)];
  const running = spawn(execPath, options, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: withoutSettings,
  });
  child = running;
  const closed = once(running, 'close');
  const messages: string[] = [];
  for await (const line of createInterface(running.stdout)) {
    const { msg } = JSON.parse(line) as { msg: string };
    messages.push(msg);
    if (msg === 'Started.' && signal !== undefined) running.kill(signal);
  }
  const [code] = (await closed) as [number];
  return { code, messages };
}

afterEach(() => {
  child?.kill('SIGKILL');
});

const HOLD = `await lifecycle.acquire('x', async () => {}, async () => { console.log('{"msg":"x"}'); });`;

describe('runService', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('stops in order on %s', async (signal) => {
    expect(await run(HOLD, signal)).toEqual({
      code: 0,
      messages: ['Started.', 'Stopping.', 'x', 'Stopped.'],
    });
  });

  it.each([
    ['a rejection', 'void Promise.reject(new Error("boom"));'],
    ['an exception', 'setImmediate(() => { throw new Error("boom"); });'],
  ])('releases and exits with 1 after %s that nobody handled', async (_, failure) => {
    expect(await run(HOLD + failure)).toEqual({
      code: 1,
      messages: ['Started.', 'Nobody handled an error: boom', 'Stopping.', 'x', 'Stopped.'],
    });
  });
});
