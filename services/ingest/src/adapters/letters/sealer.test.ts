import { describe, expect, it, jest } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createSealer } from './sealer.ts';

// Each operation of the platform's cryptography waits for a thread: long, on a busy machine.
jest.setTimeout(120_000);

const now = (): number => 0;

interface Pair {
  readonly identity: string;
  readonly recipient: string;
}

async function pair(): Promise<Pair> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

async function open(sealed: Buffer, identity: string): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(sealed));
}

describe('the sealer', () => {
  it.each([0, 1, 65_536, 65_537, 300_000])('seals %d bytes to each of the keys', async (size) => {
    const keys = [await pair(), await pair()];
    const seal = createSealer({ recipients: keys.map(({ recipient }) => recipient), now });
    const item = Buffer.alloc(size, 'secret ');
    const sealing = await seal(item);
    if (sealing.result !== 'sealed') throw new Error(sealing.result);
    expect(sealing.sealed.to).toEqual(keys.map(({ recipient }) => recipient));
    expect(sealing.sealed.bytes.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/);
    expect(sealing.sealed.bytes.includes('secret')).toBe(false);
    for (const { identity } of keys)
      expect(await open(sealing.sealed.bytes, identity)).toEqual(item);
    await expect(open(sealing.sealed.bytes, (await pair()).identity)).rejects.toThrow();
  });

  it('seals nothing without a key, or beyond its size', async () => {
    expect(await createSealer({ recipients: [], now })(Buffer.alloc(1))).toEqual({
      result: 'no-key',
    });
    const recipients = [(await pair()).recipient];
    const seal = createSealer({ recipients, now, maxItemBytes: 10 });
    expect(await seal(null)).toEqual({ result: 'too-large' });
    expect(await seal(Buffer.alloc(11))).toEqual({ result: 'too-large' });
    expect((await seal(Buffer.alloc(10))).result).toBe('sealed');
  });

  it('does not seal what would have to wait too long, and goes on with what comes later', async () => {
    let time = 0;
    const recipients = [(await pair()).recipient];
    const seal = createSealer({ recipients, now: () => time, maxWaitMs: 1_000 });
    const waiting = [1, 2, 3].map(() => seal(Buffer.alloc(10)));
    time = 1_001;
    const sealings = await Promise.all(waiting);
    expect(sealings.map(({ result }) => result)).toEqual(['busy', 'busy', 'busy']);
    expect((await seal(Buffer.alloc(10))).result).toBe('sealed');
  });

  it('lets other work go on while it seals a large item', async () => {
    const seal = createSealer({ recipients: [(await pair()).recipient], now });
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    await seal(Buffer.alloc(4 * 1024 * 1024));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  });
});
