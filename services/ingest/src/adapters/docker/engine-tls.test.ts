import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EngineAddress } from '../../domain/sources.ts';
import { type EngineBench, event, openBench, until } from './engine-rig.ts';
import { type FakeEngine } from './fake-engine.ts';

let bench: EngineBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.clear());

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that has signed itself, for the machine's own address or another one. */
async function pair(name: string, address = '127.0.0.1'): Promise<Pair> {
  const [certificate, key] = [join(bench.folder, `${name}.pem`), join(bench.folder, `${name}.key`)];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${address}`],
    ...['-keyout', key, '-out', certificate],
  ]);
  return { certificate, key };
}

async function startEngine(server: Pair, client: Pair): Promise<FakeEngine> {
  const [cert, key, ca] = await Promise.all(
    [server.certificate, server.key, client.certificate].map((path) => readFile(path)),
  );
  const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: true };
  return bench.engine({ socket: undefined, tls });
}

const addressOf = ({ port }: FakeEngine, server: Pair, client: Pair): EngineAddress => ({
  ...{ type: 'tcp', host: '127.0.0.1', port },
  tls: { ca: server.certificate, ...client },
});

const line = event('1795312462763214451');

describe('an engine behind TLS', () => {
  it('is read by whoever has a certificate that it trusts', async () => {
    const [server, client] = [await pair('server'), await pair('client')];
    const engine = await startEngine(server, client);
    const rig = await bench.read({ address: addressOf(engine, server, client) });
    await until(() => engine.streams.length === 1);
    engine.streams[0]?.write(`${line}\n`);
    await until(() => rig.lines().length === 1);
  });

  it('is not read where its certificate is for another address', async () => {
    const [server, client] = [await pair('server', '127.0.0.9'), await pair('client')];
    const engine = await startEngine(server, client);
    const rig = await bench.read({ address: addressOf(engine, server, client) });
    await until(() => rig.logged.some((message) => message.includes('not connected')));
    expect(engine.asked).toEqual([]);
  });

  it('is read with the certificates that are there when it is connected', async () => {
    const [server, client, other] = [
      await pair('server'),
      await pair('client'),
      await pair('other'),
    ];
    const engine = await startEngine(server, client);
    const rig = await bench.read({ address: addressOf(engine, server, other) });
    await until(() => rig.logged.some((message) => message.includes('not connected')));
    expect(engine.asked).toEqual([]);
    await copyFile(client.certificate, other.certificate);
    await copyFile(client.key, other.key);
    await until(() => engine.streams.length === 1);
  });
});

describe('a stream', () => {
  const nanos = 1_795_312_462_763_214_451n;

  it('is given up where the engine has what it does not bring', async () => {
    const engine = await bench.engine({
      answer: (path) => ({ status: 200, body: path.startsWith('/events?') ? line : '' }),
    });
    const rig = await bench.read({ pulseMs: 5 });
    await until(() => engine.streams.length === 1);
    engine.streams[0]?.write(`${event(nanos)}\n`);
    await until(() => engine.streams.length === 2);
    expect(engine.others.find((path) => path.startsWith('/events?'))).toMatch(
      /^\/events\?since=1795312462\.763214452&until=\d+$/,
    );
    expect(rig.logged).toContain('A Docker Engine is not connected; it is tried again.');
  });

  it('is given up where the engine answers nothing else any more', async () => {
    const engine = await bench.engine({ answer: () => null });
    await bench.read({ pulseMs: 5, answerLimitMs: 20 });
    await until(() => engine.streams.length === 2);
  });

  it('stays where the engine has nothing newer', async () => {
    const engine = await bench.engine();
    const rig = await bench.read({ pulseMs: 5 });
    await until(() => engine.streams.length === 1);
    engine.streams[0]?.write(`${event(nanos)}\n`);
    await until(() => engine.others.filter((path) => path.startsWith('/events?')).length > 3);
    expect(engine.streams).toHaveLength(1);
    expect(rig.logged).toEqual(['Connected to a Docker Engine.']);
  });
});
