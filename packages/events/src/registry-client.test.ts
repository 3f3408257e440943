import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from './registry-client.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A registry that gives one answer (text as it is, undefined cut off), and keeps what it was asked. */
async function answering(status: number, body: unknown): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${text}`.trim());
      if (body === undefined) {
        response.writeHead(status, { 'content-length': 9 }).write('{');
        response.destroy();
        return;
      }
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, asked };
}

describe('createRegistryClient', () => {
  it('looks a schema up under its subject', async () => {
    const { url, asked } = await answering(200, { id: 7 });
    expect(await createRegistryClient({ url }).idOf('a/b-value', '"string"')).toBe(7);
    expect(asked).toEqual(['POST /api/subjects/a%2Fb-value {"schema":"\\"string\\""}']);
  });

  it('registers a schema', async () => {
    const { url, asked } = await answering(200, { id: 8 });
    expect(await createRegistryClient({ url }).register('s', '"int"')).toBe(8);
    expect(asked).toEqual(['POST /api/subjects/s/versions {"schema":"\\"int\\""}']);
  });

  it('reads the schema of an id', async () => {
    const { url, asked } = await answering(200, { schema: '"int"' });
    expect(await createRegistryClient({ url }).schemaOf(9)).toBe('"int"');
    expect(asked).toEqual(['GET /api/schemas/ids/9']);
  });

  it('asks for backward compatibility with all versions', async () => {
    const { url, asked } = await answering(200, {});
    await createRegistryClient({ url }).requireBackwardTransitive('s');
    expect(asked).toEqual(['PUT /api/config/s {"compatibility":"BACKWARD_TRANSITIVE"}']);
  });

  it.each([
    [404, 'unknown-schema', false],
    [409, 'incompatible-schema', false],
    [422, 'incompatible-schema', false],
    [500, 'registry-unreachable', true],
    [503, 'registry-unreachable', true],
  ])('takes %d for %s', async (status, code, retryable) => {
    const { url } = await answering(status, { message: 'why' });
    const asking = createRegistryClient({ url }).idOf('s', '"int"');
    await expect(asking).rejects.toMatchObject({ code, retryable });
  });

  it.each(['<html>', '', 'null', '{}', '{"schema":1}'])(
    'takes the answer %j for one that may be better later',
    async (text) => {
      const { url } = await answering(200, text);
      const asking = createRegistryClient({ url }).schemaOf(1);
      await expect(asking).rejects.toMatchObject({ code: 'registry-unreachable', retryable: true });
    },
  );

  it('says so where the connection breaks in the middle of an answer', async () => {
    const { url } = await answering(200, undefined);
    const asking = createRegistryClient({ url }).schemaOf(1);
    await expect(asking).rejects.toMatchObject({ code: 'registry-unreachable', retryable: true });
  });

  it('says where nobody answers', async () => {
    const { url } = await answering(200, {});
    server?.closeAllConnections();
    server?.close();
    const asking = createRegistryClient({ url }).schemaOf(1);
    await expect(asking).rejects.toMatchObject({ code: 'registry-unreachable', retryable: true });
    await expect(asking).rejects.toThrow(/did not answer GET \/schemas\/ids\/1/);
  });
});
