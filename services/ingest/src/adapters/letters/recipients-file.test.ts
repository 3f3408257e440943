import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { parseRecipients, readRecipients } from './recipients-file.ts';

const identity = await generateX25519Identity();
const key = await identityToRecipient(identity);

describe('the recipients file', () => {
  it('gives its keys, without comments and repeats', () => {
    expect(parseRecipients('/r', `# Alice\n${key}\r\n\n  ${key}\n`)).toEqual([key]);
  });

  it.each([
    ['nothing', '', '/r: expected at least one public key'],
    ['comments only', '# none\n', '/r: expected at least one public key'],
    ['another text', `${key}\nssh-ed25519 AAAA\n`, '/r:2: expected a public key of age'],
    ['a key with a wrong letter', `${key.slice(0, -1)}b\n`, '/r:1: expected a public key of age'],
    ['too many keys', `${key}\n`.repeat(17), '/r: more than 16 keys'],
    ['a secret key', `${key}\n${identity}\n`, '/r:2: this is a SECRET key'],
    [
      'a secret key in a comment',
      `${key}\n# ${identity.toLowerCase()}\n`,
      '/r:2: this is a SECRET',
    ],
  ])('refuses %s', (_what, text, problem) => {
    expect(() => parseRecipients('/r', text)).toThrow(problem);
  });

  it('tells of a secret key without repeating it', () => {
    let message = '';
    try {
      parseRecipients('/r', identity);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('SECRET');
    expect(message.toUpperCase()).not.toContain(identity.slice(20, 40));
  });

  it('is not needed', async () => {
    expect(await readRecipients(null)).toEqual([]);
    const folder = await mkdtemp(join(tmpdir(), 'auditstream-recipients-'));
    const path = join(folder, 'recipients');
    await expect(readRecipients(path)).rejects.toThrow('ENOENT');
    await writeFile(path, key);
    expect(await readRecipients(path)).toEqual([key]);
    await rm(folder, { recursive: true });
  });
});
