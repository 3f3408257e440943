import { expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../support/wait-for.ts';
import { type Effect, readEffects } from './effects.ts';
import { type MemberArguments } from './member.ts';
import {
  committedOffsets,
  type Ground,
  numbered,
  produce,
  sendUntilAcknowledged,
  setStage,
} from './stage.ts';

const TOTAL = 6_000;
const memberFile = fileURLToPath(new URL('./member.ts', import.meta.url));

function startMember(args: MemberArguments): ChildProcess {
  const options = ['--import', 'tsx', '--conditions=@auditstream/source', memberFile];
  return spawn(process.execPath, [...options, JSON.stringify(args)], { stdio: 'inherit' });
}

async function kill(member: ChildProcess): Promise<void> {
  const exit = once(member, 'exit');
  member.kill('SIGKILL');
  await exit;
}

/** The first offset of each partition whose record has had no effect. */
function effectEnds(effects: readonly Effect[], partitions: number): readonly number[] {
  const done = new Set(effects.map(({ partition, offset }) => `${partition}/${offset}`));
  return Array.from({ length: partitions }, (_, partition) => {
    let offset = 0;
    while (done.has(`${partition}/${offset}`)) offset += 1;
    return offset;
  });
}

export function holdsForCrashes(ground: Ground): void {
  it('commits nothing that has had no effect, wherever a kill -9 falls, and ends with all', async () => {
    const stage = await setStage(await ground.connect(), 3);
    const producer = await produce(stage);
    await sendUntilAcknowledged(producer, numbered(stage, { count: TOTAL }));
    await producer.stop();
    const folder = await mkdtemp(join(tmpdir(), 'auditstream-crashes-'));
    const effects = join(folder, 'effects');
    const args: MemberArguments = {
      client: ground.client,
      brokers: ground.broker().brokers,
      groupId: stage.groupId,
      topic: stage.topic,
      effects,
    };
    for (const progress of [500, 900, 700]) {
      const before = readEffects(effects).length;
      const member = startMember(args);
      await waitFor(
        'it has worked',
        () => readEffects(effects).length > before + progress || undefined,
      );
      await kill(member);
      const ends = effectEnds(readEffects(effects), stage.partitions);
      for (const [partition, committed] of await committedOffsets(stage)) {
        expect(committed).toBeLessThanOrEqual(ends[partition] ?? 0);
      }
    }
    const last = startMember(args);
    await waitFor('all is committed', async () => {
      const committed = [...(await committedOffsets(stage)).values()];
      return committed.reduce((sum, offset) => sum + offset, 0) === TOTAL ? true : undefined;
    });
    await kill(last);
    expect(effectEnds(readEffects(effects), stage.partitions)).toEqual([2_000, 2_000, 2_000]);
    await rm(folder, { recursive: true });
  });
}
