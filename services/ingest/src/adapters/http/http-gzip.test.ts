import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type ByteBudget, createByteBudget } from '../../byte-budget.ts';
import {
  type Answer,
  begin,
  type HttpRig,
  listOf,
  mebibyte,
  post,
  startHttpRig,
  until,
} from './http-rig.ts';

jest.setTimeout(60_000);

const rigs: HttpRig[] = [];

afterEach(async () => {
  await Promise.all(rigs.splice(0).map(({ server }) => server.stop()));
});

async function start(budget?: ByteBudget): Promise<HttpRig> {
  const rig = await startHttpRig(budget && { budget });
  rigs.push(rig);
  return rig;
}

const headers = { 'content-encoding': 'gzip' };
const list = listOf('{"n":12345678901234567890}');
const good = gzipSync(list);
/** Three members, of which none but all together inflate to too much. */
const members = [' '.repeat(8 * mebibyte), ' '.repeat(8 * mebibyte), list].map((part) =>
  gzipSync(part),
);

/** Valid JSON of exactly so many bytes. */
function listOfBytes(bytes: number): string {
  return listOf(`"${'x'.repeat(bytes - listOf('""').length)}"`);
}

describe('a body in gzip', () => {
  it.each([
    ['gzip', good],
    ['GZIP', good],
    ['x-gzip', good],
    ['gzip', Buffer.concat([gzipSync(list.slice(0, 9)), gzipSync(list.slice(9))])],
    ['gzip', Buffer.concat([gzipSync(''), good, gzipSync('')])],
  ])('is inflated to the exact bytes, by %s', async (encoding, body) => {
    const { port, deliveries, budget } = await start();
    const answer = await post(port, body, { headers: { 'content-encoding': encoding } });
    expect([answer.status, answer.body]).toEqual([200, { accepted: 1, rejected: 0 }]);
    expect(deliveries[0]?.items.map(String)).toEqual(['{"n":12345678901234567890}']);
    await until(() => budget.taken() === 0);
  });

  it('is the same however it is cut', async () => {
    const { port, deliveries } = await start();
    const body = Buffer.concat([gzipSync(list.slice(0, 9)), gzipSync(list.slice(9))]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 6 }), async (cuts) => {
        const outgoing = begin(port, { headers: { ...headers, 'transfer-encoding': 'chunked' } });
        const answering = once(outgoing, 'response') as Promise<[IncomingMessage]>;
        const places = [0, ...cuts.toSorted((a, b) => a - b), body.length];
        for (const [at, place] of places.slice(1).entries()) {
          const piece = body.subarray(places[at], place);
          if (piece.length > 0) await new Promise((resolve) => outgoing.write(piece, resolve));
        }
        outgoing.end();
        const [response] = await answering;
        await text(response);
        expect(response.statusCode).toBe(200);
        expect(String(deliveries.pop()?.items[0])).toBe('{"n":12345678901234567890}');
      }),
      { numRuns: 50 },
    );
  });

  it('may inflate to 16 MiB, for which that much of the budget is enough', async () => {
    const budget = createByteBudget(16 * mebibyte);
    const { port } = await start(budget);
    const body = gzipSync(listOfBytes(16 * mebibyte));
    expect((await post(port, body, { headers })).status).toBe(200);
    await until(() => budget.taken() === 0);
  });

  it('may not inflate to a byte more', async () => {
    const { port, deliveries, counted } = await start();
    const answer = await post(port, gzipSync(listOfBytes(16 * mebibyte + 1)), { headers });
    expect([answer.status, answer.body]).toMatchObject([413, { code: 'body-too-large' }]);
    expect([deliveries, counted]).toEqual([[], ['body-too-large']]);
  });

  it.each<[what: string, body: Buffer, status: number, code: string]>([
    ['more than 16 MiB in members', Buffer.concat(members), 413, 'body-too-large'],
    ['a bomb of 2 GiB', bomb(2_048), 413, 'body-too-large'],
    ['nothing', Buffer.alloc(0), 400, 'bad-gzip'],
    ['plain JSON', Buffer.from(list), 400, 'bad-gzip'],
    ['a stream that is cut', good.subarray(0, -1), 400, 'bad-gzip'],
    ['a stream that is cut in its header', good.subarray(0, 5), 400, 'bad-gzip'],
    ['a second member that is cut', Buffer.concat([good, good.subarray(0, 15)]), 400, 'bad-gzip'],
    ['a wrong checksum', withByte(good, good.length - 8), 400, 'bad-gzip'],
    ['a wrong length', withByte(good, good.length - 1), 400, 'bad-gzip'],
    ['garbage at its end', Buffer.concat([good, Buffer.from('garbage')]), 400, 'bad-gzip'],
    ['zeros at its end', Buffer.concat([good, Buffer.alloc(3)]), 400, 'bad-gzip'],
    ['a member behind zeros', Buffer.concat([good, Buffer.alloc(3), good]), 400, 'bad-gzip'],
    ['gzip in gzip', gzipSync(good), 400, 'not-an-event-list'],
  ])('is refused when it is %s', async (...[, body, status, code]) => {
    const { port, deliveries, counted, budget } = await start();
    const answer = await post(port, body, { headers });
    expect([answer.status, answer.body]).toEqual([status, { code, message: expect.any(String) }]);
    expect([deliveries, counted]).toEqual([[], [code]]);
    await until(() => budget.taken() === 0);
  });

  it('is refused before it is read when its compressed bytes are too many', async () => {
    const { port } = await start();
    const announced = { ...headers, 'content-length': 16 * mebibyte + 1 };
    expect((await post(port, good, { headers: announced })).status).toBe(413);
  });

  it('is refused when its compressed bytes are too many and inflate to nothing', async () => {
    const { port } = await start();
    const empty = gzipSync('');
    const body = Buffer.concat(Array.from({ length: 900_000 }, () => empty));
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    const answer = await post(port, body, { headers: chunked });
    expect([answer.status, answer.body]).toMatchObject([413, { code: 'body-too-large' }]);
  });

  it('is refused for its sender before it is read', async () => {
    const { port } = await start();
    const stranger = { ...headers, authorization: undefined, 'content-length': 15 * mebibyte };
    expect((await post(port, 'x', { headers: stranger })).status).toBe(401);
  });

  it('is told which encodings would do when its own does not', async () => {
    const { port } = await start();
    const answer = await post(port, good, { headers: { 'content-encoding': 'zstd' } });
    expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'gzip']);
  });
});

describe('many bodies in gzip at once', () => {
  it('never take more memory than the budget has, and are asked to come again', async () => {
    const whole = 20 * mebibyte;
    const { budget, most } = watched(createByteBudget(whole));
    const refused = 23;
    const answers: Answer[] = [];
    // Whoever is first keeps its memory until all others have been answered.
    const rig = await startHttpRig({
      budget,
      answerLimitMs: 60_000,
      accept: async ({ items }) => {
        await until(() => answers.length >= refused);
        return { accepted: items.length, rejected: 0 };
      },
    });
    rigs.push(rig);
    const body = gzipSync(listOfBytes(12 * mebibyte));
    const send = async (): Promise<void> => {
      answers.push(await post(rig.port, body, { headers }));
    };
    await Promise.all(Array.from({ length: refused + 1 }, send));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual([...Array.from({ length: refused }, () => 429), 200]);
    expect(answers[0]?.headers['retry-after']).toBe('1');
    expect(most()).toBeLessThanOrEqual(whole);
    await until(() => budget.taken() === 0);
    expect((await post(rig.port, good, { headers })).status).toBe(200);
  });

  it('leave room for small ones while large ones are slow', async () => {
    const { port, budget } = await start(createByteBudget(16 * mebibyte));
    const slow = begin(port, { headers: { ...headers, 'content-length': 16 * mebibyte } });
    slow.on('error', () => undefined);
    slow.write(good.subarray(0, 12));
    await until(() => budget.taken() > 0);
    expect((await post(port, good, { headers })).status).toBe(200);
    slow.destroy();
    await until(() => budget.taken() === 0);
  });
});

function watched(budget: ByteBudget): { readonly budget: ByteBudget; readonly most: () => number } {
  let most = 0;
  const reserve: ByteBudget['reserve'] = (bytes) => {
    const giveBack = budget.reserve(bytes);
    most = Math.max(most, budget.taken());
    return giveBack;
  };
  return { budget: { reserve, taken: () => budget.taken() }, most: () => most };
}

function withByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** So many mebibytes of spaces, in members of 64. */
function bomb(mebibytes: number): Buffer {
  const member = gzipSync(Buffer.alloc(64 * mebibyte, ' '));
  return Buffer.concat(Array.from({ length: mebibytes / 64 }, () => member));
}
