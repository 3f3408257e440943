/** How ingest judges: in turns with all else it does, and large items on threads. */
import { availableParallelism } from 'node:os';
import { type Lifecycle } from '@auditstream/runtime/lifecycle';
import { type Judging } from '../../judging.ts';
import { createTurns } from '../../turns.ts';
import { createJudgePool, type JudgePoolOptions } from './judge-pool.ts';

/** Each may take a gigabyte for an item that is made to. */
const maxThreads = 2;

/** Leaves a core to the thread that answers, where there is more than one. */
export async function openJudging(
  lifecycle: Lifecycle,
  options: Pick<JudgePoolOptions, 'entry' | 'telemetry'>,
): Promise<Judging> {
  const threads = Math.min(maxThreads, Math.max(1, availableParallelism() - 1));
  const { judge } = await lifecycle.acquire(
    'judging',
    () => Promise.resolve(createJudgePool({ ...options, threads })),
    (pool) => pool.stop(),
  );
  return { judge, turns: createTurns() };
}
