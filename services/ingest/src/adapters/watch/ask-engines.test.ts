import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Source } from '../../domain/sources.ts';
import { startAskingEngines } from './ask-engines.ts';

let folder: string;
let servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ask-'));
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await rm(folder, { recursive: true });
});

/** An engine whose API is this; without one, nothing listens there. */
async function engine(name: string, answer?: RequestListener): Promise<Source> {
  const socket = join(folder, `${name}.sock`);
  if (answer !== undefined) {
    const server = createServer(answer).listen(socket);
    servers.push(server);
    await once(server, 'listening');
  }
  return {
    kind: 'docker-engine',
    cluster: name,
    origin: 'live',
    name,
    address: { type: 'unix', path: socket },
  };
}

it('hears those that answer, again and again, and nobody else', async () => {
  const asked: string[] = [];
  const sources = await Promise.all([
    engine('there', ({ method, url }, response) => {
      asked.push(`${method ?? ''} ${url ?? ''}`);
      response.end('OK');
    }),
    engine('hanging', () => undefined),
    engine('broken', (_request, response) => response.writeHead(503).end()),
    engine('away'),
  ]);
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const asking = startAskingEngines({
      sources: () => sources,
      onAnswer: (name) => {
        heard.push(name);
        if (heard.length === 3) void asking.stop().then(resolve);
      },
      ...{ everyMs: 1, answerLimitMs: 20 },
    });
  });
  expect(heard).toEqual(['there', 'there', 'there']);
  expect(new Set(asked)).toEqual(new Set(['GET /_ping']));
});
