/** Sends batches over a fixed number of connections, at a pace or as fast as they are answered. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bodies } from './bodies.ts';

export interface PacedLoad {
  readonly url: string;
  readonly token: string;
  readonly bodies: Bodies;
  readonly connections: number;
  readonly seconds: number;
  /** Batches that are due in a second; Infinity for as many as are answered. */
  readonly batchesPerSecond: number;
}

export interface LoadResult {
  /** Milliseconds from when each batch was due to the end of its answer, 200 only. */
  readonly answerMs: readonly number[];
  /** Answers by status; 0 for a connection that broke. */
  readonly statuses: ReadonlyMap<number, number>;
  /** From the first batch's due time to the last answer. */
  readonly seconds: number;
}

/**
 * Batches are due at fixed times, whether or not those before are answered: what waits for a connection waits
 * in the measurement, too. A batch that is not answered with 200 is sent again after a second, as an API
 * server does, and its time goes on.
 */
export async function sendPaced(load: PacedLoad): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const [answerMs, statuses] = [[] as number[], new Map<number, number>()];
  const begun = performance.now();
  const isPaced = Number.isFinite(load.batchesPerSecond);
  const total = isPaced ? Math.round(load.batchesPerSecond * load.seconds) : Infinity;
  let batch = 0;
  const connection = async (): Promise<void> => {
    while (batch < total && (isPaced || performance.now() < begun + load.seconds * 1_000)) {
      const due = isPaced ? begun + (batch / load.batchesPerSecond) * 1_000 : performance.now();
      batch += 1;
      const early = due - performance.now();
      if (early > 0) await delay(early);
      await postUntilTaken(load.bodies.next(), { ...load, agent, statuses });
      answerMs.push(performance.now() - due);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  agent.destroy();
  return { answerMs, statuses, seconds: (performance.now() - begun) / 1_000 };
}

type Target = Pick<PacedLoad, 'url' | 'token'> & {
  readonly agent: Agent;
  readonly statuses: Map<number, number>;
};

async function postUntilTaken(body: Buffer, target: Target): Promise<void> {
  for (;;) {
    const status = await post(body, target).catch(() => 0);
    target.statuses.set(status, (target.statuses.get(status) ?? 0) + 1);
    if (status === 200) return;
    await delay(1_000);
  }
}

function post(body: Buffer, { url, token, agent }: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
