import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLetterKey } from './letter-key.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-letter-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the key of the ids of dead letters', () => {
  it('is made once, and for the service alone', async () => {
    const key = await openLetterKey(join(folder, 'state'));
    expect(await openLetterKey(join(folder, 'state'))).toEqual(key);
    expect(await openLetterKey(join(folder, 'other'))).not.toEqual(key);
    expect(await readdir(join(folder, 'state'))).toEqual(['dead-letter.key']);
    expect((await stat(join(folder, 'state', 'dead-letter.key'))).mode & 0o777).toBe(0o600);
  });

  it('is made where a crash left half of one behind', async () => {
    await writeFile(join(folder, 'dead-letter.key.new'), 'half');
    expect(await openLetterKey(folder)).toHaveLength(32);
  });

  it('is not replaced in silence', async () => {
    await writeFile(join(folder, 'dead-letter.key'), 'spoilt');
    await expect(openLetterKey(folder)).rejects.toMatchObject({ code: 'bad-letter-key' });
  });
});
