import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { postBatch } from './post-batch.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A receiver that gives these answers, one after the other, and keeps what was sent. */
async function receiver(statuses: readonly number[]): Promise<{ url: string; got: string[] }> {
  const got: string[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const status = statuses[got.length] ?? 500;
      got.push(`${request.headers.authorization ?? ''} ${body}`);
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`, got };
}

const never = new AbortController().signal;

describe('postBatch', () => {
  it('sends the body as it is, with the token', async () => {
    const { url, got } = await receiver([200]);
    await postBatch({ url, token: 'secret' }, Buffer.from('{"items":[]}'), never);
    expect(got).toEqual(['Bearer secret {"items":[]}']);
  });

  it('comes again after 429 and 503', async () => {
    const { url, got } = await receiver([429, 503, 200]);
    await postBatch({ url, token: 't' }, Buffer.from('{}'), never);
    expect(got).toHaveLength(3);
  });

  it('gives up at once where it is refused', async () => {
    const { url, got } = await receiver([401]);
    await expect(postBatch({ url, token: 't' }, Buffer.from('{}'), never)).rejects.toThrow(
      /refused a batch of the sample with status 401/,
    );
    expect(got).toHaveLength(1);
  });

  it('ends when it is told to', async () => {
    const { url } = await receiver([429, 429, 429]);
    const stop = new AbortController();
    const posting = postBatch({ url, token: 't' }, Buffer.from('{}'), stop.signal);
    stop.abort(new Error('enough'));
    await expect(posting).rejects.toThrow();
  });
});
