import { isUtf8 } from 'node:buffer';

/** @returns the bytes as text that gives them back exactly, or undefined where they are no UTF-8 */
export function exactText(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString('utf8') : undefined;
}

/** @returns the bytes in base64 where they are no UTF-8, else undefined */
export function exactBase64(body: Buffer): string | undefined {
  return isUtf8(body) ? undefined : body.toString('base64');
}
