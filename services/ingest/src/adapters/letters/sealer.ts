/** Seals bytes to public keys, in the format of age (C2SP age, https://c2sp.org/age). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Encrypter } from 'age-encryption';
import { type Seal, type Sealing } from '../../letters.ts';

export interface SealerOptions {
  /** Public keys of age. */
  readonly recipients: readonly string[];
  /** Milliseconds, of any clock that goes forward. */
  readonly now: () => number;
  /** Milliseconds that an item waits for those before it; 5,000 if not given. */
  readonly maxWaitMs?: number;
  /** Bytes of the largest item that is sealed. 15 MiB if not given: a dead letter has to fit into its topic. */
  readonly maxItemBytes?: number;
}

const format = 'age-encryption.org/v1';
/** With what comes after it, well below the 20 s after which a delivery is called unavailable. */
const defaultMaxWaitMs = 5_000;
const defaultMaxItemBytes = 15 * 1024 * 1024;
/** How much is sealed in one turn of the event loop, about a millisecond's work: age's own chunks. */
const pieceBytes = 64 * 1024;

/**
 * Seals one item after the other, in pieces between which everything else goes on. What has waited too long
 * for its turn is not sealed: rejected items must not hold up those that are accepted.
 */
export function createSealer(options: SealerOptions): Seal {
  const { recipients, now, maxWaitMs = defaultMaxWaitMs } = options;
  const { maxItemBytes = defaultMaxItemBytes } = options;
  if (recipients.length === 0) return () => Promise.resolve({ result: 'no-key' });
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let last: Promise<unknown> = Promise.resolve();
  return (item) => {
    if (item === null || item.length > maxItemBytes) {
      return Promise.resolve({ result: 'too-large' });
    }
    const latest = now() + maxWaitMs;
    const sealing = last.then(async (): Promise<Sealing> => {
      if (now() > latest) return { result: 'busy' };
      const bytes = await sealOne(encrypter, item);
      return { result: 'sealed', sealed: { bytes, format, to: recipients } };
    });
    last = sealing.catch(() => undefined);
    // A letter without bytes is better than a batch that is refused.
    return sealing.catch((): Sealing => ({ result: 'failed' }));
  };
}

async function sealOne(encrypter: Encrypter, item: Buffer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of await encrypter.encrypt(piecesOf(item))) parts.push(part);
  return Buffer.concat(parts);
}

function piecesOf(item: Buffer): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await nextTurn();
        // A copy, as streams may take over what they are given.
        if (at < item.length)
          controller.enqueue(Uint8Array.from(item.subarray(at, at + pieceBytes)));
        at += pieceBytes;
        if (at >= item.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
