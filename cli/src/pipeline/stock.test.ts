import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@auditstream/local/ports';
import { identityOf } from '@auditstream/local/process';
import { loadConfig } from '@auditstream/runtime/load-config';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cliSettings } from '../settings.ts';
import { type RunningService, type ServiceName, serviceNames } from './services.ts';
import { forgetServices, readState, writeState } from './state-file.ts';
import { assertNoneLives, assertSameEngines, assertServicePortsFree, takeStock } from './stock.ts';

const addresses = { brokers: ['b:1'], registryUrl: 'http://r', openSearchUrl: 'http://o' };
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stock-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

async function service(name: ServiceName, alive: boolean): Promise<RunningService> {
  const identity = alive ? ((await identityOf(process.pid)) ?? '') : 'of a process that has ended';
  return { name, ref: { pid: process.pid, identity }, adminUrl: '', logPath: '' };
}

async function remember(...services: readonly RunningService[]): Promise<void> {
  await writeState(dataDir, { engines: 'local', ownsEngines: true, addresses, services });
}

describe('what runs on a data folder', () => {
  it('is nothing where nothing was started', async () => {
    const stock = await takeStock(dataDir);
    expect(stock).toEqual({
      alive: [],
      missing: serviceNames,
      ownsEngines: false,
      addresses: undefined,
    });
    assertNoneLives(stock, dataDir);
    assertSameEngines(stock, addresses);
  });

  it('is what lives of what was started', async () => {
    await remember(await service('rules', true), await service('enrich', false));
    const stock = await takeStock(dataDir);
    expect(stock.alive.map(({ name }) => name)).toEqual(['rules']);
    expect(stock.missing).toEqual(['ingest', 'enrich', 'detect', 'index']);
    expect(() => {
      assertNoneLives(stock, dataDir);
    }).toThrow(/can't be emptied while rules use it: run 'npx auditstream down' first/);
    assertSameEngines(stock, addresses);
    expect(() => {
      assertSameEngines(stock, { ...addresses, openSearchUrl: 'http://other' });
    }).toThrow(/with other engines/);
  });

  it('is forgotten one by one', async () => {
    const [rules, index] = [await service('rules', true), await service('index', true)];
    await remember(rules, index);
    await forgetServices(dataDir, [rules]);
    expect((await readState(dataDir))?.services).toEqual([index]);
    await forgetServices(dataDir, [index]);
    expect(await readState(dataDir)).toBeUndefined();
  });
});

describe('a port of a service', () => {
  let server: Server;
  afterEach(() => {
    server.close();
  });

  it('that is in use is named with its setting, unless that service runs already', async () => {
    const names = Object.values(cliSettings.ports).map(({ env }) => env);
    const ports = await freePorts(names.length);
    const env = Object.fromEntries(names.map((name, at) => [name, String(ports[at])]));
    const config = loadConfig(cliSettings, env);
    server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(config.ports.ingest, '127.0.0.1', resolve);
    });
    await expect(assertServicePortsFree(await takeStock(dataDir), config)).rejects.toThrow(
      `Port ${config.ports.ingest} on 127.0.0.1, meant for the audit webhook, is in use: stop what ` +
        'listens there, or set AUDITSTREAM_INGEST_PORT to a free port.',
    );
    await remember(await service('ingest', true));
    await assertServicePortsFree(await takeStock(dataDir), config);
  });
});
