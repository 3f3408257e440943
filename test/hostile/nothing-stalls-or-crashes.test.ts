import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/wait-for.ts';
import { nothingSent, sendHostile, type Target } from './hostile-load.ts';
import { type RigReport, type RigStart } from './ingest-rig.ts';

/** The short form takes half a minute; docs/testing.md has the long one. */
const inputs = Number(process.env['AUDITSTREAM_HOSTILE_INPUTS'] ?? 20_000);
const seed = Number(process.env['AUDITSTREAM_HOSTILE_SEED'] ?? 1);
const stallMs = 100;
const mebibyte = 1024 * 1024;

let folder = '';
let rig: ChildProcess;
let target: Target;
let ended: unknown;

async function ask(message: RigStart | 'report'): Promise<RigReport> {
  const answer = once(rig, 'message');
  rig.send(message);
  const [report] = (await answer) as [RigReport];
  return report;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-hostile-'));
  const [token, cluster, file] = ['a-token-of-the-tests', 'lists', join(folder, 'audit.log')];
  await writeFile(file, '');
  const program = new URL('./ingest-rig.ts', import.meta.url);
  // Without the condition for sources: packages, and the threads' program, are as they are shipped.
  const options = ['--expose-gc', '--import', 'tsx'];
  rig = fork(program, { execArgv: options, env: { ...process.env, NODE_OPTIONS: '' } });
  rig.on('exit', (code, signal) => {
    ended = { code, signal };
  });
  const sha256 = createHash('sha256').update(token).digest('hex');
  const live = { origin: 'live' } as const;
  const { port } = await ask({
    sources: [
      { kind: 'kubernetes-webhook', cluster, ...live, credentials: [{ type: 'token', sha256 }] },
      {
        ...{ kind: 'kubernetes-webhook', cluster: 'other', ...live },
        credentials: [{ type: 'token', sha256: '0'.repeat(64) }],
      },
      { kind: 'kubernetes-log', cluster: 'files', ...live, files: [file] },
    ],
    folder: join(folder, 'state'),
  });
  target = { port, cluster, token, file };
}, 60_000);

afterAll(async () => {
  rig.disconnect();
  await rm(folder, { recursive: true, force: true });
});

describe(`${inputs} hostile inputs of seed ${seed}`, () => {
  const sent = nothingSent();
  let warm: RigReport;
  let last: RigReport;

  beforeAll(async () => {
    const random = seededRandom(seed);
    // The first are for the compiler and the caches; the numbers of the rest are judged.
    const first = Math.ceil(inputs / 5);
    await sendHostile(random, first, { target, sent });
    warm = await settled();
    await sendHostile(random, inputs - first, { target, sent });
    last = await settled();
    tell();
  }, 4 * 3_600_000);

  /** All lines of the file are read when the step has told of as many. */
  async function settled(): Promise<RigReport> {
    await appendFile(target.file, '');
    const reports: RigReport[] = [];
    await waitFor(
      'every line is read',
      async () => {
        reports.push(await ask('report'));
        return linesIn(reports.at(-1)) >= sent.lines ? true : undefined;
      },
      300_000,
    );
    const report = await ask('report');
    return { ...report, longestMs: Math.max(...reports.map(({ longestMs }) => longestMs)) };
  }

  function linesIn(report: RigReport | undefined): number {
    const { 'files accepted': accepted = 0, 'files rejected': rejected = 0 } = report?.events ?? {};
    return accepted + rejected;
  }

  function tell(): void {
    const sorted = [...sent.honestMs].sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0);
    const size = (bytes: number): string => `${(bytes / mebibyte).toFixed(0)} MiB`;
    const lines = [
      `seed ${seed}: ${sent.inputs} inputs; in lists ${sent.items} items (${sent.accepted} accepted, ${sent.rejected} rejected), ${sent.lines} lines`,
      `longest stretch ${last.longestMs.toFixed(1)} ms (warming up: ${warm.longestMs.toFixed(1)} ms); ${sorted.length} honest deliveries: median ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      `in use ${size(warm.usedBytes)} → ${size(last.usedBytes)}, resident ${size(warm.rssBytes)} → ${size(last.rssBytes)}`,
      [...sent.refused]
        .sort()
        .map(([what, count]) => `${what} × ${count}`)
        .join(', '),
    ];
    process.stderr.write(`${lines.join('\n')}\n`);
  }

  it('crash nothing, and nothing is a defect', () => {
    expect(ended).toBeUndefined();
    expect(last.errors).toEqual([]);
    expect(sent.wrong.slice(0, 10)).toEqual([]);
  });

  it('are each accounted for: accepted with a record, or rejected with a dead letter', () => {
    expect(sent.accepted + sent.rejected).toBe(sent.items);
    expect(linesIn(last)).toBe(sent.lines);
    expect(last.events).toMatchObject({
      'lists accepted': sent.accepted,
      'lists rejected': sent.rejected,
    });
    const { 'files accepted': accepted = 0, 'files rejected': rejected = 0 } = last.events;
    expect(last.sent).toEqual({
      'audit.ingested': sent.accepted + accepted,
      'audit.dead-letters': sent.rejected + rejected,
    });
    for (const count of Object.values(last.events)) expect(count).toBeGreaterThan(0);
  });

  it(`keep the event loop for less than ${stallMs} ms at once`, () => {
    expect(last.longestMs).toBeLessThan(stallMs);
  });

  it('leave memory as it was', () => {
    expect(last.usedBytes).toBeLessThan(1.25 * warm.usedBytes + 32 * mebibyte);
    expect(last.rssBytes).toBeLessThan(warm.rssBytes + 512 * mebibyte);
  });
});
