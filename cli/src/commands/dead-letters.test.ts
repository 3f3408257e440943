import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { unsealBytes } from '../adapters/age.ts';
import { type DocumentReader, type Json } from '../adapters/opensearch.ts';
import { listDeadLetters, openDeadLetter, type OpenPorts, showDeadLetter } from './dead-letters.ts';

// Each operation of the platform's cryptography waits for a thread: long, on a busy machine.
jest.setTimeout(120_000);

const item = Buffer.from([0x7b, 0xff, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0a]);
const identity = await generateX25519Identity();
const hostile = 'a\u001b[2J';

function letterOf(deadLetter: Json): Json {
  return {
    '@timestamp': '2026-11-22T01:56:50Z',
    event: { id: 'letter-1' },
    service: { name: 'ingest' },
    error: { code: 'not-json', message: hostile },
    auditstream: { cluster: 'prod', dead_letter: { size: item.length, ...deadLetter } },
  };
}

async function sealedLetter(): Promise<Json> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const sealed = Buffer.from(await encrypter.encrypt(item)).toString('base64');
  return letterOf({ sealed_base64: sealed, sealed_to: ['age1a'] });
}

let asked: Json[] = [];
function reader(documents: readonly Json[]): DocumentReader {
  return {
    count: () => Promise.resolve(documents.length),
    refresh: () => Promise.resolve(),
    search: (_index, body) => {
      asked.push(body);
      return Promise.resolve(documents.map((_source) => ({ _id: 'letter-1', _source })));
    },
  };
}

/** Takes what is written, as standard output does. */
function ports(documents: readonly Json[], isTTY = false): OpenPorts & { written: Buffer[] } {
  const written: Buffer[] = [];
  const write = (chunk: Uint8Array | string, done?: unknown): boolean => {
    written.push(Buffer.from(chunk as Uint8Array));
    if (typeof done === 'function') (done as () => void)();
    return true;
  };
  return { reader: reader(documents), unseal: unsealBytes, written, output: { isTTY, write } };
}

let folder = '';
beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), 'auditstream-letters-'));
  await writeFile(join(folder, 'key.txt'), `# created: today\n${identity}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

describe('dead-letters list and show', () => {
  it('asks for what is wanted, and never for bytes', async () => {
    const options = { reason: 'not-json', cluster: 'prod', since: '1h', limit: 7, json: false };
    await listDeadLetters(options, { reader: reader([]), now: 0 });
    await showDeadLetter('letter-1', { json: true }, reader([letterOf({})]));
    expect(asked).toMatchObject([
      {
        size: 7,
        query: {
          bool: {
            filter: [
              { term: { 'error.code': 'not-json' } },
              { term: { 'auditstream.cluster': 'prod' } },
              { range: {} },
            ],
          },
        },
      },
      { query: { term: { _id: 'letter-1' } } },
    ]);
    const excludes = ['sealed_base64', 'payload_base64'].map(
      (name) => `auditstream.dead_letter.${name}`,
    );
    expect(asked.map(({ _source }) => _source)).toEqual([{ excludes }, { excludes }]);
  });

  it('shows reasons, and moves no cursor', async () => {
    const some = { reader: reader([letterOf({ sealed_to: ['age1a'] })]), now: 0 };
    const table = await listDeadLetters({ limit: 9, json: false }, some);
    const whole = await showDeadLetter('letter-1', { json: false }, some.reader);
    expect(table).toMatch(/not-json\s+8\s+yes\s+letter-1/);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    for (const text of [table, whole]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(await listDeadLetters({ limit: 9, json: true }, { reader: reader([]), now: 0 })).toBe(
      '',
    );
  });

  it('says that there is none', async () => {
    const asking = showDeadLetter('x', { json: false }, reader([]));
    await expect(asking).rejects.toMatchObject({ exitCode: 1 });
  });
});

describe('dead-letters open', () => {
  const withKey = (): { identity: string } => ({ identity: join(folder, 'key.txt') });

  it('gives the exact bytes to whoever holds the key', async () => {
    const some = ports([await sealedLetter()]);
    await openDeadLetter('letter-1', withKey(), some);
    expect(Buffer.concat(some.written)).toEqual(item);
  });

  it('writes a new file that nobody else can read', async () => {
    const output = join(folder, 'item');
    const some = ports([await sealedLetter()], true);
    await openDeadLetter('letter-1', { ...withKey(), output }, some);
    expect(await readFile(output)).toEqual(item);
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    const again = openDeadLetter('letter-1', { ...withKey(), output }, some);
    await expect(again).rejects.toThrow('cannot be written as a new file');
    expect(some.written).toEqual([]);
  });

  it("gives a record's bytes without a key", async () => {
    const some = ports([letterOf({ payload_base64: item.toString('base64') })]);
    await openDeadLetter('letter-1', {}, some);
    expect(Buffer.concat(some.written)).toEqual(item);
  });

  it.each([
    ['no bytes', {}, 'has no bytes'],
    ['no key', { sealed_base64: 'AA==' }, 'name the file of the private key'],
  ])('says what is missing: %s', async (_what, deadLetter, message) => {
    const opening = openDeadLetter('letter-1', {}, ports([letterOf(deadLetter)]));
    await expect(opening).rejects.toThrow(message);
  });

  it('writes nothing to a terminal, and nothing with another key', async () => {
    const letter = await sealedLetter();
    await expect(openDeadLetter('letter-1', withKey(), ports([letter], true))).rejects.toThrow(
      '-o',
    );
    await writeFile(join(folder, 'key.txt'), await generateX25519Identity());
    const some = ports([letter]);
    await expect(openDeadLetter('letter-1', withKey(), some)).rejects.toThrow('No key in');
    expect(some.written).toEqual([]);
  });

  it('says of a spoilt key file what is wrong, and not what is in it', async () => {
    await writeFile(join(folder, 'key.txt'), `${identity}\nrest`);
    const opening = openDeadLetter('letter-1', withKey(), ports([await sealedLetter()]));
    await expect(opening).rejects.toThrow('not as age-keygen writes it');
    await expect(opening).rejects.not.toThrow(identity.slice(0, 20));
  });
});
