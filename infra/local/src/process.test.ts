import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ProcessRef,
  identityOf,
  isAlive,
  launch,
  signalProcess,
  startTimeInStat,
  stopProcess,
  waitForEnd,
} from './process.ts';

describe('startTimeInStat', () => {
  const after = '1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2000';
  it.each([
    [`42 (java) S ${after}`, '987654'],
    [`42 (a) b (c d) R ${after}`, '987654'],
    [`42 (java) T ${after}`, '987654'],
    [`42 (java) Z ${after}`, undefined],
  ])('of %j is %j', (stat, start) => {
    expect(startTimeInStat(stat)).toBe(start);
  });
});

describe('a launched process', () => {
  let root: string;
  const refs: ProcessRef[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-process-'));
  });
  afterEach(async () => {
    for (const ref of refs.splice(0)) await signalProcess(ref, 'SIGKILL');
    await rm(root, { recursive: true });
  });

  const shell = async (script: string): Promise<ProcessRef> => {
    const logPath = join(root, 'log');
    const what = { file: '/bin/sh', args: ['-c', script], env: {}, cwd: root, account: undefined };
    const ref = await launch({ ...what, logPath });
    refs.push(ref);
    return ref;
  };

  it('is alive until it is stopped', async () => {
    const ref = await shell('exec sleep 60');
    expect(await isAlive(ref)).toBe(true);
    await stopProcess(ref, 5000);
    expect(await isAlive(ref)).toBe(false);
  });

  it('is killed where it ignores being asked', async () => {
    const ref = await shell('trap "" TERM; echo deaf; while :; do sleep 0.1; done');
    await stopProcess(ref, 200);
    expect(await isAlive(ref)).toBe(false);
  });

  it('hears being asked where it is suspended', async () => {
    const ref = await shell('exec sleep 60');
    await signalProcess(ref, 'SIGSTOP');
    expect(await isAlive(ref)).toBe(true);
    await stopProcess(ref, 5000);
    expect(await isAlive(ref)).toBe(false);
  });

  it('is not a stranger that has got its pid', async () => {
    const ref = await shell('exec sleep 60');
    const former = { pid: ref.pid, identity: 'of a process that ended' };
    expect(await isAlive(former)).toBe(false);
    expect(await signalProcess(former, 'SIGKILL')).toBe(false);
    await stopProcess(former, 100);
    expect(await isAlive(ref)).toBe(true);
  });

  it('writes its output to its log and keeps the log of the run before', async () => {
    await waitForEnd(await shell('echo first'), 5000);
    await waitForEnd(await shell('echo second >&2'), 5000);
    expect(await readFile(join(root, 'log'), 'utf8')).toBe('second\n');
    expect(await readFile(join(root, 'log.previous'), 'utf8')).toBe('first\n');
  });

  it('is a failure where the program is missing', async () => {
    const what = { file: join(root, 'none'), args: [], env: {}, cwd: root, account: undefined };
    await expect(launch({ ...what, logPath: join(root, 'log') })).rejects.toThrow(/ENOENT/);
  });

  it('has the identity of nobody once its pid is free', async () => {
    const ref = await shell('exit 0');
    await waitForEnd(ref, 5000);
    expect(await identityOf(ref.pid)).not.toBe(ref.identity);
  });
});
