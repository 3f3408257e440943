import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PipelineState, readState, writeState } from './state-file.ts';

const state: PipelineState = {
  engines: 'local',
  ownsEngines: true,
  addresses: { brokers: ['127.0.0.1:1'], registryUrl: 'http://r', openSearchUrl: 'http://o' },
  services: [
    { name: 'ingest', ref: { pid: 7, identity: 'x' }, adminUrl: 'http://a', logPath: '/l' },
  ],
};

describe('the state of a pipeline', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'auditstream-pipeline-'));
  });
  afterEach(async () => {
    await rm(data, { recursive: true });
  });

  it('is read as it was written, in a folder of our own', async () => {
    expect(await readState(data)).toBeUndefined();
    await writeState(data, state);
    expect(await readState(data)).toEqual(state);
    expect((await stat(join(data, 'services'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    '',
    'null',
    '{}',
    JSON.stringify({ ...state, services: [null] }),
    JSON.stringify({ ...state, services: [{ ...state.services[0], ref: { pid: -1 } }] }),
  ])('is not believed where it is %j', async (text) => {
    await writeState(data, state);
    await writeFile(join(data, 'services', 'pipeline.json'), text);
    await expect(readState(data)).rejects.toMatchObject({ name: 'CliError', exitCode: 2 });
  });
});
