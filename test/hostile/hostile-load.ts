/** Sends what is hostile, and honest deliveries beside it. */
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { pick, type Random } from '../support/random.ts';
import { hostileBytes, hostileRequest } from './hostile-requests.ts';
import { honestItem, line, listItem } from './hostile-items.ts';

export interface Target {
  readonly port: number;
  readonly cluster: string;
  readonly token: string;
  /** A log file that ingest follows. */
  readonly file: string;
}

export interface Sent {
  inputs: number;
  /** Items in lists that were answered with 200, and what the answers say of them. */
  items: number;
  accepted: number;
  rejected: number;
  lines: number;
  /** Requests that were refused as a whole, by what they were and how. */
  readonly refused: Map<string, number>;
  /** Answers that none of those would do. */
  readonly wrong: string[];
  /** Milliseconds that honest deliveries took. */
  readonly honestMs: number[];
}

export function nothingSent(): Sent {
  const none = { inputs: 0, items: 0, accepted: 0, rejected: 0, lines: 0 };
  return { ...none, refused: new Map(), wrong: [], honestMs: [] };
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const connections = 6;

/** Sends until so many inputs are out; resolves when all are answered. */
export async function sendHostile(
  random: Random,
  inputs: number,
  { target, sent }: { readonly target: Target; readonly sent: Sent },
): Promise<void> {
  const goal = sent.inputs + inputs;
  const context: Sending = { random, target, sent };
  const stop = new AbortController();
  const honest = sendHonest(context, stop.signal);
  const busy = Array.from({ length: connections }, async () => {
    while (sent.inputs < goal) await pick(random, ways)(context);
  });
  await Promise.all(busy);
  stop.abort();
  await honest;
}

interface Sending {
  readonly random: Random;
  readonly target: Target;
  readonly sent: Sent;
}

type Way = (sending: Sending) => Promise<void>;

const sendList: Way = async (sending) => {
  const { random, sent } = sending;
  const items = Array.from({ length: 1 + Math.floor(random() * 120) }, () => listItem(random));
  sent.inputs += items.length;
  await deliverList(items, sending);
};

/** An API server sends a list again that is answered by 429, and so does this. */
async function deliverList(items: readonly Buffer[], sending: Sending): Promise<number> {
  const { target, sent } = sending;
  const asked = encoded(listOf(items), sending.random);
  for (;;) {
    const begun = performance.now();
    const answer = await post(target, asked);
    if (answer.status === 429) {
      await delay(100);
      continue;
    }
    // What makes a list longer than a body may be is not all of it an item's fault.
    if (answer.status === 413 && items.length > 1) {
      for (const item of items) await deliverList([item], sending);
      return 0;
    }
    if (answer.status === 200) {
      const { accepted, rejected } = JSON.parse(answer.body) as Receipt;
      sent.items += items.length;
      sent.accepted += accepted;
      sent.rejected += rejected;
    } else sent.wrong.push(`a list: ${answer.status} ${answer.body}`);
    return performance.now() - begun;
  }
}

interface Receipt {
  readonly accepted: number;
  readonly rejected: number;
}

/** Some come in gzip, as an API server may send them. */
function encoded(body: Buffer, random: Random): Asked {
  return random() < 0.2
    ? { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } }
    : { body };
}

function listOf(items: readonly Buffer[]): Buffer {
  const parts = items.flatMap((item, index) => (index === 0 ? [item] : [comma, item]));
  return Buffer.concat([opening, ...parts, closing]);
}
const opening = Buffer.from('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[');
const comma = Buffer.from(',');
const closing = Buffer.from(']}');

const sendRefused: Way = async ({ random, target, sent }) => {
  const { what, statuses, ...asked } = hostileRequest(random);
  sent.inputs += 1;
  const { status, body } = await post(target, asked);
  const key = `${what}: ${status}`;
  sent.refused.set(key, (sent.refused.get(key) ?? 0) + 1);
  if (![...statuses, 429].includes(status)) sent.wrong.push(`${key} ${body}`);
};

/** Slowly, a part at a time; the other side may close whenever it likes. */
const sendBytes: Way = ({ random, target, sent }) => {
  const head = `POST /v1/kubernetes/${target.cluster}/audit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${target.token}\r\nContent-Type: application/json\r\n`;
  const { bytes, ends } = hostileBytes(random, head);
  sent.inputs += 1;
  return new Promise((resolve) => {
    const socket = connect(target.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve();
    });
    socket.resume();
    const half = bytes.length >> 1;
    socket.write(bytes.slice(0, half), 'latin1', () => {
      const rest = bytes.slice(half);
      if (ends) socket.end(rest, 'latin1');
      else socket.write(rest, 'latin1');
    });
    setTimeout(() => socket.destroy(), 20 + random() * 300);
  });
};

const sendLines: Way = async ({ random, target, sent }) => {
  const lines = Array.from({ length: 1 + Math.floor(random() * 200) }, () => line(random));
  sent.inputs += lines.length;
  sent.lines += lines.length;
  const file = await open(target.file, 'a');
  await file.write(Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')])));
  await file.close();
};

const ways: readonly Way[] = [
  sendList,
  sendList,
  sendList,
  sendList,
  sendRefused,
  sendBytes,
  sendLines,
];

async function sendHonest(sending: Sending, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const ms = await deliverList([honestItem(sending.random)], sending);
    sending.sent.honestMs.push(ms);
    await delay(50);
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A refusal may come, and the connection close, before all of a body is sent: status 0 where no answer was read. */
function post({ port, cluster, token }: Target, asked: Asked): Promise<Answer> {
  const { method = 'POST', path = `/v1/kubernetes/${cluster}/audit`, headers, body } = asked;
  return new Promise((resolve) => {
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port, method, path, agent },
        headers: {
          ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...{ 'content-length': String(body.length), ...headers },
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => void chunks.push(chunk));
        response.on('error', () => undefined);
        response.on('close', () => {
          resolve({ status: response.statusCode ?? 0, body: String(Buffer.concat(chunks)) });
        });
      },
    );
    outgoing.on('error', (error) => {
      resolve({ status: 0, body: error.message });
    });
    outgoing.end(body);
  });
}
