import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { CliError } from '../errors.ts';

/** Bytes that a unix socket's address has room for (sun_path of unix(7), less its end). */
const longestSocketPath = 107;

export interface StandInEngine {
  close(): Promise<void>;
}

/**
 * Stands in for a Docker Engine: answers `GET /events` on a unix socket with the lines of a recording
 * and keeps the stream open, as an engine does. Every connection gets the whole recording.
 */
export async function startStandInEngine(
  socket: string,
  recording: string,
): Promise<StandInEngine> {
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new CliError(
      `${socket} is too long for a socket: choose a shorter AUDITSTREAM_DATA_DIR.`,
    );
  }
  await rm(socket, { force: true });
  const server = createServer((request, response) => {
    answer(request, response, recording);
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(socket, { force: true });
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, recording: string): void {
  const { pathname } = new URL(request.url ?? '/', 'http://engine');
  if (request.method !== 'GET' || !/^(\/v[\d.]+)?\/events$/.test(pathname)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  // A recording that can't be read ends the stream; whoever waits for its events then says so.
  const lines = createReadStream(recording).on('error', () => response.destroy());
  lines.pipe(response, { end: false });
}
