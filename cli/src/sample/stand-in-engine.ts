import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';

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
  createReadStream(recording).pipe(response, { end: false });
}
