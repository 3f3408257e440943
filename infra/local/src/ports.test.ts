import { afterEach, describe, expect, it } from '@jest/globals';
import { type Server, createServer } from 'node:net';
import {
  DEFAULT_PORTS,
  PORT_SETTINGS,
  type PortName,
  assertPortsFree,
  freeEnginePorts,
  freePorts,
  isPortFree,
  portsFromEnv,
} from './ports.ts';

describe('portsFromEnv', () => {
  it('gives the defaults, and what the environment says instead', () => {
    expect(portsFromEnv({ AUDITSTREAM_KAFKA_PORT: '' })).toEqual(DEFAULT_PORTS);
    expect(portsFromEnv({ AUDITSTREAM_KAFKA_PORT: '19092' })).toEqual({
      ...DEFAULT_PORTS,
      kafka: 19092,
    });
  });

  it.each(['0', '65536', '-1', '80a', '9092.5', '0x50'])('refuses %j', (text) => {
    expect(() => portsFromEnv({ AUDITSTREAM_REGISTRY_PORT: text })).toThrow(
      `AUDITSTREAM_REGISTRY_PORT is "${text}": it has to be a port number from 1 to 65535.`,
    );
  });
});

describe('a port in use', () => {
  let server: Server;
  afterEach(() => {
    server.close();
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is seen on %s, and named with its setting', async (host) => {
    const ports = await freeEnginePorts();
    server = createServer();
    await new Promise<void>((resolve) => server.listen(ports.registry, host, resolve));
    const names = Object.keys(PORT_SETTINGS) as PortName[];
    await expect(assertPortsFree(ports, names)).rejects.toMatchObject({
      code: 'port-in-use',
      message:
        `Port ${ports.registry} on 127.0.0.1, meant for the schema registry, is in use: ` +
        `stop what listens there, or set AUDITSTREAM_REGISTRY_PORT to a free port.`,
    });
    await assertPortsFree(ports, ['kafka', 'opensearch']);
  });
});

describe('freePorts', () => {
  it('gives different ports that can be listened on', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(await isPortFree(ports[0] ?? 0)).toBe(true);
  });
});
