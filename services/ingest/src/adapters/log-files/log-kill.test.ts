import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { type LogFolderRig, openLogFolder, until } from './log-files-rig.ts';
import { createLogWriter, type LogWriter, randomOf, type Rotate } from './log-writer-rig.ts';

const kills = 8;
const maxRoundLines = 400;

let rigs: LogFolderRig;
let child: ChildProcess | undefined;

beforeEach(async () => {
  rigs = await openLogFolder();
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await rigs.stopAll();
});

/** Accepted is what stands in `out`; each delivery says so on the standard output. */
function program(folder: string, out: string): string {
  const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  return `
    import { appendFileSync, writeSync } from 'node:fs';
    import { openCheckpoints } from ${url('../checkpoints.ts')};
    import { startLogFiles } from ${url('./log-files.ts')};
    const ignore = () => undefined;
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    const files = [${JSON.stringify(join(folder, 'audit*.log'))}];
    startLogFiles({
      sources: [{ kind: 'kubernetes-log', cluster: 'c', origin: 'live', files }],
      accept: async ({ items }) => {
        appendFileSync(${JSON.stringify(out)}, items.map((item) => '\\n' + item).join(''));
        writeSync(1, 'accepted\\n');
        return { accepted: items.length, rejected: 0 };
      },
      notify: async ({ details }) => { writeSync(1, 'gap ' + details.reason + '\\n'); },
      checkpoints: await openCheckpoints(${JSON.stringify(join(folder, 'state'))}),
      telemetry: { log, count: ignore, set: ignore },
      searchMs: 20,
      times: { pollMs: 3, missingMs: 5, checkpointMs: 30, lingerMs: 40 },
    });`;
}

interface Reader {
  readonly accepted: () => number;
  readonly gaps: readonly string[];
  kill(): Promise<void>;
}

function startReader(folder: string, out: string): Reader {
  const options = ['--import', 'tsx', '--input-type=module', '--eval', program(folder, out)];
  const running = spawn(execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = running;
  const closed = once(running, 'close');
  const said: string[] = [];
  createInterface(running.stdout).on('line', (line) => void said.push(line));
  return {
    accepted: () => said.filter((line) => line === 'accepted').length,
    get gaps() {
      return said.filter((line) => line.startsWith('gap '));
    },
    async kill() {
      running.kill('SIGKILL');
      await closed;
    },
  };
}

/** Writes and rotates, sometimes several times between two looks. */
async function writeSome(writer: LogWriter, random: () => number): Promise<void> {
  for (let line = 0; line < random() * maxRoundLines; line += 1) {
    writer.write();
    if (random() >= 0.02) continue;
    const ways: readonly Rotate[] = ['rename', 'copy', 'compress'];
    await writer.rotate(ways[Math.floor(random() * ways.length)] ?? 'rename');
  }
}

describe.each([
  { naming: 'time', seed: 1 },
  { naming: 'number', seed: 2 },
] as const)('a reader that is killed again and again, seed $seed', ({ naming, seed }) => {
  it(`hands every line over, in order, whatever was rotated; names by ${naming}`, async () => {
    const out = join(rigs.folder, 'out');
    writeFileSync(out, '');
    const random = randomOf(seed);
    const writer = createLogWriter(rigs.log, naming, random);
    const gaps: string[] = [];
    writer.write();
    for (let kill = 0; kill < kills; kill += 1) {
      const reader = startReader(rigs.folder, out);
      await until(() => reader.accepted() > 0);
      const target = reader.accepted() + Math.floor(random() * 30);
      for (let round = 0; round < 8 && reader.accepted() < target; round += 1) {
        await writeSome(writer, random);
      }
      await reader.kill();
      gaps.push(...reader.gaps);
      await writeSome(writer, random);
      writer.write();
    }
    const last = startReader(rigs.folder, out);
    const end = writer.written.at(-1) ?? '';
    await until(async () => (await readFile(out, 'utf8')).includes(end));
    await last.kill();
    gaps.push(...last.gaps);

    const known = new Map(writer.written.map((line, index) => [line, index]));
    const given = (await readFile(out, 'utf8')).split('\n').filter((line) => line !== '');
    const firstTimes = [...new Set(given.filter((line) => known.has(line)))];
    expect(firstTimes).toHaveLength(writer.written.length);
    expect(firstTimes.map((line) => known.get(line))).toEqual(
      writer.written.map((_, index) => index),
    );
    // A write that the kill cut short is no line.
    expect(given.filter((line) => !known.has(line)).length).toBeLessThanOrEqual(kills);
    expect(gaps.filter((gap) => gap !== 'gap copied')).toEqual([]);
  }, 300_000);
});
