import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { type AdminServer, startAdminServer } from './admin-server.ts';
import { createHealth, type Health } from './health.ts';
import { type MetricsExposition } from './telemetry.ts';

const plain: MetricsExposition = {
  contentType: 'text/plain; version=0.0.4',
  render: () => Promise.resolve('up 1\n'),
};

let server: AdminServer | undefined;

async function setUp(metrics = plain): Promise<{ health: Health; url: string }> {
  const health = createHealth();
  server = await startAdminServer({ host: '127.0.0.1', port: 0, health, metrics });
  return { health, url: `http://127.0.0.1:${server.port}` };
}

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('the admin server', () => {
  it.each(['/livez', '/readyz', '/readyz?verbose'])('answers 200 at %s', async (path) => {
    const { url } = await setUp();
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, failing: [] });
  });

  it('lists what keeps the service from being ready, and stays alive', async () => {
    const { health, url } = await setUp();
    health.register('kafka', () => ({ ok: false, reason: 'not connected' }));
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ok: false,
      failing: [{ check: 'kafka', reason: 'not connected' }],
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('is not alive while a liveness check fails', async () => {
    const { health, url } = await setUp();
    health.registerLiveness('consumer', () => ({ ok: false, reason: 'stuck' }));
    expect((await fetch(`${url}/livez`)).status).toBe(503);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('shows the metrics as they are', async () => {
    const { url } = await setUp();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('up 1\n');
  });

  it('says so where the metrics cannot be collected', async () => {
    const { url } = await setUp({ ...plain, render: () => Promise.reject(new Error('broken')) });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('broken');
  });

  it.each(['/', '/healthz', '/metrics/', '/readyz/kafka'])('has no page at %s', async (path) => {
    const { url } = await setUp();
    expect((await fetch(url + path)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('does not take %s', async (method) => {
    const { url } = await setUp();
    const response = await fetch(`${url}/livez`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers HEAD as GET, without the body', async () => {
    const { url } = await setUp();
    const response = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  it('stops at once, with connections open', async () => {
    const { url } = await setUp();
    await (await fetch(`${url}/livez`)).text();
    await server?.stop();
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('says where it cannot listen', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    const { port } = holder.address() as { port: number };
    const options = { host: '127.0.0.1', port, health: createHealth(), metrics: plain };
    await expect(startAdminServer(options)).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`),
    });
    await new Promise((resolve) => holder.close(resolve));
  });
});
