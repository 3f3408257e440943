/** Reads a request's body, which is bounded before anything is parsed, and inflates it where it is gzip. */
import { type IncomingMessage } from 'node:http';
import { createGunzip, type Gunzip } from 'node:zlib';
import { type Reservation } from '../../byte-budget.ts';
import { Refusal } from './http-errors.ts';

/** Above the 10 MiB to which an API server can be told to cut its batches. */
export const maxBodyBytes = 16 * 1024 * 1024;

/** RFC 9110 §8.4.1; its `x-gzip` is `gzip`. */
export type BodyEncoding = 'identity' | 'gzip';

/**
 * Inflated bytes are paid for in steps, each before it is needed: what a compressed body becomes is known
 * only then, and to set the most aside for each would turn away others for nothing.
 */
export const inflateStepBytes = 256 * 1024;
const inflateChunkBytes = 64 * 1024;
/** What may have been inflated beyond what was seen: one chunk that waits, and one that is being filled. */
const aheadBytes = 2 * inflateChunkBytes;

/** @throws Refusal where the body is too large or breaks off. The rest of it is left unread. */
export async function readPlain(payload: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // The connection is not destroyed with the loop: it has to carry the answer.
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > maxBodyBytes) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : brokenOff(error);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Inflates while it reads; of several members (RFC 1952 §2.2) the sum is bounded.
 * @param reserved grows with what is inflated; `inflateStepBytes` have been taken
 * @throws Refusal where the body is too large, either way, is no gzip from its beginning to its end, or
 *   memory is in use. What is left of it is neither inflated nor kept.
 */
export async function readGzip(payload: IncomingMessage, reserved: Reservation): Promise<Buffer> {
  const gunzip = createGunzip({ chunkSize: inflateChunkBytes });
  let received = 0;
  payload.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > maxBodyBytes) gunzip.destroy(tooLarge());
  });
  payload.once('error', (error) => gunzip.destroy(brokenOff(error)));
  payload.pipe(gunzip);
  try {
    const body = await collect(gunzip, reserved);
    // What follows the last member is not an error for zlib where it begins with a zero.
    if (gunzip.bytesWritten === received && payload.readableEnded) return body;
    throw notGzip('something follows its end');
  } catch (error) {
    throw error instanceof Refusal ? error : notGzip(reasonOf(error), error);
  } finally {
    payload.unpipe(gunzip);
    gunzip.destroy();
  }
}

async function collect(gunzip: Gunzip, reserved: Reservation): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of gunzip) {
    length += (chunk as Buffer).length;
    if (length > maxBodyBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
    const needed = Math.min(length + aheadBytes, maxBodyBytes);
    if (needed > reserved.taken() && !reserved.take(inflateStepBytes)) throw busy();
  }
  return Buffer.concat(chunks, length);
}

/** zlib's own words are few and say nothing of the content. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it can not be inflated';
}

function notGzip(reason: string, cause?: unknown): Refusal {
  return new Refusal('bad-gzip', `The body is not gzip as announced: ${reason}.`, cause);
}

function brokenOff(cause: unknown): Refusal {
  return new Refusal('bad-request', 'The body broke off.', cause);
}

export function tooLarge(): Refusal {
  return new Refusal('body-too-large', 'The body has more than 16 MiB: send smaller batches.');
}

export function busy(): Refusal {
  const message = 'The memory for deliveries is in use: send it again in a second.';
  return new Refusal('busy', message);
}
