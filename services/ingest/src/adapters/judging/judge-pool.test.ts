import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { judgeItem, type Provenance } from '../../domain/record.ts';
import { largeItemBytes } from '../../judging.ts';
import { createJudgePool, type JudgePool, type JudgePoolOptions } from './judge-pool.ts';

const pools: JudgePool[] = [];
const logged: string[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
  logged.length = 0;
});

/** As it is shipped: threads have nothing that reads TypeScript. */
const entry = new URL('../../../dist/adapters/judging/judge-worker.js', import.meta.url);

function programOf(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

function open(options: Partial<JudgePoolOptions> = {}): JudgePool {
  const note = (fields: object, message: string): void =>
    void logged.push(JSON.stringify(fields) + message);
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const pool = createJudgePool({ entry, threads: 1, telemetry: { log }, ...options });
  pools.push(pool);
  return pool;
}

const from: Provenance = {
  ...{ source: 'kubernetes', cluster: 'sample', origin: 'live', delivery: 'webhook' },
  ...{ receivedAt: 1_795_312_600_000, redaction: defaultPolicy, exporter: null },
};

/** An event that is as large as this, with whatever else. */
function event(bytes: number, more: object = {}): Buffer {
  const least = { level: 'Metadata', auditID: 'a', stage: 'Panic', requestURI: '/', verb: 'get' };
  const stageTimestamp = '2026-11-22T01:55:02.491335Z';
  const members = { ...least, user: { username: 'alice' }, stageTimestamp, ...more };
  return Buffer.from(JSON.stringify({ ...members, filler: 'x'.repeat(bytes) }));
}

describe('the threads that judge large items', () => {
  it('judge as it is judged here, to the byte', async () => {
    const pool = open();
    const items = [
      event(largeItemBytes),
      event(largeItemBytes, { requestObject: { kind: 'Secret', data: { a: 'hunter2' } } }),
      Buffer.from('['.repeat(2 * largeItemBytes)),
      Buffer.from(`"${'x'.repeat(largeItemBytes)}"`),
      Buffer.concat([Buffer.from([0xff]), event(largeItemBytes)]),
    ];
    const judged = await Promise.all(items.map(async (item) => pool.judge(item, from, 0)));
    expect(judged).toEqual(items.map((item) => judgeItem(item, from, 0)));
    expect(judged.map(({ type }) => type)).toEqual([
      ...['accepted', 'accepted', 'rejected', 'rejected', 'rejected'],
    ]);
    expect(judged[0]?.type === 'accepted' && Buffer.isBuffer(judged[0].record.body)).toBe(true);
    // The delivery's own memory is still there.
    expect(items[0]?.length).toBeGreaterThan(largeItemBytes);
  });

  it('are not asked about small items', () => {
    const pool = open({ entry: programOf('throw new Error()') });
    expect(pool.judge(event(10), from, 0)).toEqual(judgeItem(event(10), from, 0));
  });

  it('are replaced when they end, and an item that ends two of them fails alone', async () => {
    const program = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ item }) => {
        if (item[0] === 0x78) process.exit(1);
        parentPort.postMessage({ type: 'judged', judgement: { type: 'rejected', rejection: item.length } });
      });`;
    const pool = open({
      entry: programOf(program),
    });
    const bad = Buffer.alloc(largeItemBytes + 1, 'x');
    const good = Buffer.alloc(largeItemBytes + 2, 'y');
    const outcomes = await Promise.allSettled(
      [good, bad, good].map(async (item) => pool.judge(item, from, 0)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'judging-failed' } });
    expect(logged).toHaveLength(2);
  });

  it('may not take more memory than they are given', async () => {
    const pool = open({ heapMiB: 16 });
    const data = `"a":1,`.repeat(400_000);
    const hungry = Buffer.from(`{"requestObject":{"kind":"Secret","data":{${data}"b":1}}}`);
    await expect(pool.judge(hungry, from, 0)).rejects.toMatchObject({ code: 'judging-failed' });
    const judged = await pool.judge(event(largeItemBytes), from, 0);
    expect(judged.type).toBe('accepted');
  }, 60_000);

  it('tell of a defect without a word of the item', async () => {
    const program = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => parentPort.postMessage({ type: 'failed', frames: 'at here' }));`;
    const pool = open({ entry: programOf(program) });
    await expect(pool.judge(event(largeItemBytes), from, 0)).rejects.toThrow('at here');
  });

  it('take the smallest of what waits first', async () => {
    const pool = open();
    const order: number[] = [];
    const sizes = [2, 9, 3, 1].map((times) => times * largeItemBytes);
    await Promise.all(
      sizes.map(async (size) => {
        await pool.judge(event(size), from, 0);
        order.push(size / largeItemBytes);
      }),
    );
    expect(order).toEqual([2, 1, 3, 9]);
  });

  it('leave what they have not judged to be sent again when they are stopped', async () => {
    const pool = open();
    const judging = [1, 2].map(async () => pool.judge(event(8 * largeItemBytes), from, 0));
    const outcomes = Promise.allSettled(judging);
    await pool.stop();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    await expect(pool.judge(event(largeItemBytes), from, 0)).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
