import { afterEach, describe, expect, it } from '@jest/globals';
import { type Server, createServer } from 'node:net';
import { brokerCount, brokersInResponse, metadataRequest } from './kafka-probe.ts';
import { freePorts } from './ports.ts';

/** A Metadata response, version 1, as far as it is read: size, correlation id, brokers. */
function response(brokers: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(1, 4);
  bytes.writeInt32BE(brokers, 8);
  return bytes;
}

describe('metadataRequest', () => {
  it('has the length that it says, and asks for Metadata version 1 of no topic', () => {
    const request = metadataRequest();
    expect(request.readInt32BE(0)).toBe(request.length - 4);
    expect([request.readInt16BE(4), request.readInt16BE(6)]).toEqual([3, 1]);
    expect(request.readInt32BE(request.length - 4)).toBe(0);
  });
});

describe('brokersInResponse', () => {
  it.each([
    [response(1), 1],
    [response(0), 0],
    [response(-1), 0],
    [response(3).subarray(0, 11), undefined],
  ])('%#', (bytes, count) => {
    expect(brokersInResponse(bytes)).toBe(count);
  });
});

describe('brokerCount', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('is what the broker says, also in pieces', async () => {
    const [port = 0] = await freePorts(1);
    server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(response(1).subarray(0, 5), () => socket.write(response(1).subarray(5)));
      });
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    expect(await brokerCount('127.0.0.1', port)).toBe(1);
  });

  it('is 0 where the other side hangs up, and where there is none', async () => {
    const [port = 0] = await freePorts(1);
    expect(await brokerCount('127.0.0.1', port)).toBe(0);
    server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    expect(await brokerCount('127.0.0.1', port)).toBe(0);
  });
});
