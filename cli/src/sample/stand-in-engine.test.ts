import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type StandInEngine, startStandInEngine } from './stand-in-engine.ts';

let folder: string;
let engine: StandInEngine;
const lines = '{"Type":"container"}\n{"Type":"image"}\n';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-engine-'));
  await writeFile(join(folder, 'events.jsonl'), lines);
  engine = await startStandInEngine(join(folder, 'e.sock'), join(folder, 'events.jsonl'));
});

afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

describe('startStandInEngine', () => {
  it.each(['/events', '/v1.41/events?since=1795312462.763214451'])(
    'replays the whole recording on %s and keeps the stream open',
    async (path) => {
      expect(await read(path, lines.length)).toEqual({ status: 200, text: lines, ended: false });
    },
  );

  it('says what to do where its path is too long', async () => {
    const socket = join(folder, 'e'.repeat(120));
    await expect(startStandInEngine(socket, '')).rejects.toThrow(
      /choose a shorter AUDITSTREAM_DATA_DIR/,
    );
  });

  it('has nothing else to say', async () => {
    expect((await read('/containers/json', 0)).status).toBe(404);
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly ended: boolean;
}

/** Reads until so many characters have come. */
function read(path: string, length: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: join(folder, 'e.sock'), path }, (response) => {
      let text = '';
      const done = (): void => {
        resolve({ status: response.statusCode, text, ended: response.readableEnded });
        sent.destroy();
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length >= length) done();
      });
      response.on('end', done);
    });
    sent.on('error', reject).end();
  });
}
