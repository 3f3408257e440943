/** Requests that are refused as a whole, and bytes that are no requests. */
import { gzipSync } from 'node:zlib';
import { pick, type Random } from '../support/random.ts';
import { batchOf } from '../support/load.ts';

export interface HostileRequest {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The answers that would do; whatever of it is taken is counted otherwise. */
  readonly statuses: readonly number[];
}

type Make = (random: Random) => HostileRequest;

const good = batchOf(['{}']);
const envelope = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[';
const text = (body: string): Buffer => Buffer.from(body);

/** Every one of them costs a look, and none may become an event. */
const refused: readonly Make[] = [
  () => ({
    what: 'no token',
    headers: { authorization: '' },
    body: good,
    statuses: [401],
  }),
  (random) => ({
    what: 'wrong token',
    headers: { authorization: `Bearer ${'x'.repeat(1 + Math.floor(random() * 5_000))}` },
    body: good,
    statuses: [401],
  }),
  () => ({
    what: 'wrong cluster',
    path: '/v1/kubernetes/other/audit',
    body: good,
    statuses: [403],
  }),
  (random) => ({
    what: 'wrong path',
    path: pick(random, ['/', '/v1', '/v1/kubernetes/%ff/audit', '/../../etc/passwd', '/__proto__']),
    body: good,
    statuses: [400, 404],
  }),
  (random) => ({
    what: 'wrong method',
    method: pick(random, ['PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    body: good,
    statuses: [404],
  }),
  (random) => ({
    what: 'wrong type',
    headers: { 'content-type': pick(random, ['text/plain', 'x', 'application/x-protobuf']) },
    body: good,
    statuses: [415],
  }),
  (random) => ({
    what: 'encoding',
    headers: { 'content-encoding': pick(random, ['br', 'deflate', 'zstd', 'gzip, gzip']) },
    body: good,
    statuses: [415],
  }),
  (random) => ({
    what: 'truncated list',
    body: good.subarray(0, Math.floor(random() * good.length)),
    statuses: [400],
  }),
  (random) => ({
    what: 'no list',
    body: text(pick(random, ['', '{}', '[]', 'null', '"x"', `${envelope}]`, `${envelope}1,]}`])),
    statuses: [400],
  }),
  (random) => ({
    what: 'repeated members',
    body: text(
      `${envelope}],${pick(random, ['"items":[]', '"kind":"EventList"', '"it\\u0065ms":[]'])}}`,
    ),
    statuses: [400],
  }),
  () => ({
    what: 'too many items',
    body: text(`${envelope}${'1,'.repeat(20_001)}1]}`),
    statuses: [400],
  }),
  (random) => ({
    what: 'a large body of nothing',
    body: text(
      `${envelope}],${pick(random, ['"a":1,', '"\\u0061":[],', '"a":[[[[[]]]]],']).repeat(
        100_000,
      )}"items":[]}`,
    ),
    statuses: [400],
  }),
];

/** 64 MiB of blanks in 64 KiB. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 });
const bodies: readonly Make[] = [
  () => ({ what: 'gzip bomb', body: bomb, statuses: [413] }),
  (random) => ({
    what: 'cut gzip',
    body: bomb.subarray(0, Math.floor(random() * 60_000)),
    statuses: [400, 413],
  }),
  () => ({ what: 'no gzip', body: good, statuses: [400] }),
];
const gzipped = bodies.map((make) => (random: Random) => ({
  ...make(random),
  headers: { 'content-encoding': 'gzip' },
}));

export function hostileRequest(random: Random): HostileRequest {
  return pick(random, [...refused, ...gzipped])(random);
}

/** Bytes for a bare connection; `ends` says whether the sender closes its half behind them. */
export interface HostileBytes {
  readonly bytes: string;
  readonly ends: boolean;
}

export function hostileBytes(random: Random, head: string): HostileBytes {
  const ends = random() < 0.5;
  const length = `${head}Content-Length: `;
  const bytes = pick(random, [
    'GET',
    '\r\n\r\n\r\n',
    `${head}${'X-Header: x\r\n'.repeat(5_000)}`,
    `${head}X-Never-Ends: ${'x'.repeat(100_000)}`,
    `${length}10\r\nContent-Length: 11\r\n\r\n{}`,
    `${length}10\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    `${length}-1\r\n\r\n{}`,
    `${length}99999999999999999999\r\n\r\n{}`,
    `${length}1000000\r\n\r\n{"kind":`,
    `${head}Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n{`,
    `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"kin`,
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  ]);
  return { bytes, ends };
}
