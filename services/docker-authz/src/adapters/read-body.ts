/** Reads what an engine sends, within bounds. */
import { type IncomingMessage } from 'node:http';

/** An engine sends bodies of at most 4 MiB, in base64, and 64 KiB of a response. */
const maxMessageBytes = 16 * 1024 * 1024;
/** Of all messages that are being read at once. */
const maxReadingBytes = 64 * 1024 * 1024;

let reading = 0;

/** @returns undefined where it is larger than may be held; it has been read to its end all the same */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] | undefined = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (chunks === undefined) continue;
      chunks.push(chunk);
      size += chunk.length;
      reading += chunk.length;
      if (size <= maxMessageBytes && reading <= maxReadingBytes) continue;
      chunks = undefined;
      reading -= size;
      size = 0;
    }
    return chunks && Buffer.concat(chunks);
  } finally {
    reading -= size;
  }
}
