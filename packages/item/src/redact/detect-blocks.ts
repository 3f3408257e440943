/** Keys and tokens that are known by their form: PEM, base64, JSON Web Tokens, Azure's secrets. */
import { anyBase64, base64Url, charSet, endOfRun, endOfShortRun, startOfRun } from './chars.ts';
import { type Detector, found, nothing } from './found.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
/** RFC 7468 §3 sets no limit; the longest label in use has 24 letters. */
const MAX_LABEL = 64;

/** A PEM or PGP block (RFC 7468) of a private key, to its end or to the text's. */
export const pemBlock: Detector = (chars, at) => {
  const from = at + BEGIN.length;
  const label = chars.slice(from, from + MAX_LABEL).split(DASHES, 1)[0] ?? '';
  if (!label.includes('PRIVATE KEY')) return nothing(from);
  const close = chars.indexOf(END, from);
  if (close < 0) return found(at, chars.length, 'private_key');
  const behind = chars.indexOf(DASHES, close + END.length);
  const end = behind < 0 ? chars.length : behind + DASHES.length;
  return found(at, end, 'private_key');
};

/** A PuTTY key file: its private lines stand at its end. */
export const puttyKey: Detector = (chars, at) => found(at, chars.length, 'private_key');

/** Enough of a base64 text to hold the label of a PEM block. */
const HEAD = 96;

/** Base64 of a text that begins as PEM does. */
export const base64Pem: Detector = (chars, at) => {
  const end = endOfRun(anyBase64, chars, at);
  const head = Buffer.from(chars.slice(at, Math.min(end, at + HEAD)), 'base64').toString('latin1');
  return head.includes('PRIVATE KEY') ? found(at, end, 'private_key') : nothing(end);
};

const SEGMENT = 4;

/**
 * A JSON Web Token (RFC 7519, the compact form of RFC 7515 §7.1 or RFC 7516 §7.1): its header is base64url
 * of a JSON object. Also base64 of Docker's registry credentials, which begins in the same way.
 */
export const jsonWebToken: Detector = (chars, at) => {
  const header = endOfRun(anyBase64, chars, at);
  if (chars[header] !== '.') {
    const head = Buffer.from(chars.slice(at, Math.min(header, at + HEAD)), 'base64').toString(
      'latin1',
    );
    return /^\{\s*"auths"/.test(head) ? found(at, header, 'password') : nothing(header);
  }
  let end = endOfRun(base64Url, chars, header + 1);
  if (end - header <= SEGMENT) return nothing(end);
  while (chars[end] === '.') end = endOfRun(base64Url, chars, end + 1);
  return found(at, end, 'token');
};

const AZURE_REST = 31;
const azureRest = charSet(/[A-Za-z0-9_~.-]/);

/** A client secret of Azure AD: three letters or digits, a digit, `Q~`, 31 to 34 more. */
export const azureSecret: Detector = (chars, at) => {
  const start = startOfRun(azureRest, chars, { to: at, most: 4 });
  const from = at + 2;
  const isOne =
    at - start === 4 &&
    endOfShortRun(azureRest, chars, { from: from, most: AZURE_REST }) - from === AZURE_REST;
  return isOne ? found(start, endOfRun(azureRest, chars, from), 'cloud_key') : nothing(from);
};
