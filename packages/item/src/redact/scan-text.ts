/** Finds the secrets that a text shows by itself, wherever it stands. */
import { assignment } from './detect-assignment.ts';
import { azureSecret, base64Pem, jsonWebToken, pemBlock, puttyKey } from './detect-blocks.ts';
import { basicCredentials, bearerToken, urlPassword } from './detect-credentials.ts';
import { pairedSecretKey, prefixDetectors } from './detect-prefixed.ts';
import { type Detector, type Found, merged } from './found.ts';
import { settled } from './settle.ts';

/** What known forms begin with, or have inside. */
const forms: ReadonlyMap<string, Detector> = new Map([
  ...prefixDetectors,
  ['-----BEGIN ', pemBlock],
  ['PuTTY-User-Key-File-', puttyKey],
  ['LS0tLS1CRUdJTi', base64Pem],
  ['eyJ', jsonWebToken],
  ['Q~', azureSecret],
  ['bearer', bearerToken],
  ['basic', basicCredentials],
]);

const formAnchor = [...forms.keys()]
  .map((literal) => (/^[a-z]{5,6}$/.test(literal) ? anyCase(literal) : escaped(literal)))
  .join('|');

function anyCase(literal: string): string {
  return literal.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function escaped(literal: string): string {
  return literal.replace(/[.]/g, '\\.');
}

/** How the names of secrets end, and that something is given to them. Every count in it is bounded. */
const nameAnchor = `(?:${[
  ...['pass', 'password', 'passwd', 'passphrase', 'passcode', 'pwd', 'pw', 'psk', 'token', 'key'],
  ...['key[_.-]?id', 'key[_.-]?data', 'key[_.-]?secret', 'secret', 'secret[_.-]?value', 'sig'],
  ...['signature', 'sas', 'auth', 'authorization', 'cookie', 'jwt', 'credentials?'],
  ...['connection[_.-]?string', 'dockerconfigjson', 'dockercfg'],
].join('|')})["'\`\\\\]{0,16}\\s{0,8}[:=]`;

/** Apart from the forms: what is in a URL may be one of them. */
const urlAnchor = '://';

interface LookedFor {
  readonly pattern: RegExp;
  readonly detectorOf: (anchor: string) => Detector | undefined;
}

const urls: LookedFor = { pattern: new RegExp(urlAnchor, 'g'), detectorOf: () => urlPassword };
const names: LookedFor = { pattern: new RegExp(nameAnchor, 'gi'), detectorOf: () => assignment };
const knownForms: LookedFor = {
  pattern: new RegExp(formAnchor, 'g'),
  detectorOf: (literal) => forms.get(literal) ?? forms.get(literal.toLowerCase()),
};

/**
 * One of these stands in every string in which anything can be found; a backslash may hide one. More may
 * match than has to.
 */
const anchorPattern = new RegExp(`\\\\|${urlAnchor}|${formAnchor}|${nameAnchor}`, 'gi');

/** The same, apart from the backslash: what is scanned here means what it says. */
const visiblePattern = new RegExp(`${urlAnchor}|${formAnchor}|${nameAnchor}`, 'i');

/** The secrets in a text: parts that do not overlap, in their order. Takes time linear in its length. */
export function scanText(chars: string): readonly Found[] {
  return settled(scanTexts, [chars])[0] ?? nothingFound;
}

function scanTexts(texts: readonly string[]): readonly (readonly Found[])[] {
  return texts.map(scanOnce);
}

const nothingFound: readonly Found[] = [];

/** The shortest that has a secret in it is `pw=x`. */
const LEAST = 4;
/** Longer texts are not looked at once more than they have to be. */
const SHORT = 64;

/** The same, without looking again at what would be left. */
export function scanOnce(chars: string): readonly Found[] {
  if (chars.length < LEAST) return nothingFound;
  if (chars.length <= SHORT && !visiblePattern.test(chars)) return nothingFound;
  const parts = scanForms(chars);
  scanFor(urls, chars, parts);
  scanFor(names, chars, parts);
  return merged(parts);
}

/** The offset of the first place at or behind `from` at which a secret may begin; Infinity for none. */
export function nextAnchor(chars: string, from: number): number {
  anchorPattern.lastIndex = from;
  return anchorPattern.exec(chars)?.index ?? Infinity;
}

function scanForms(chars: string): Found[] {
  const parts: Found[] = [];
  scanFor(knownForms, chars, parts);
  if (!parts.some((part) => isAwsKey(chars, part))) return parts;
  return parts.flatMap((part) => {
    const pair = isAwsKey(chars, part) ? pairedSecretKey(chars, part.end) : undefined;
    return pair === undefined ? [part] : [part, pair];
  });
}

/** Only they are cloud keys of this form. */
function isAwsKey(chars: string, { start, end, kind }: Found): boolean {
  if (kind !== 'cloud_key' || chars[start] !== 'A') return false;
  return /^A(?:KI|SI|BI|CC)A[A-Z0-9]+$/.test(chars.slice(start, end));
}

/** Adds what is found to `parts`. */
function scanFor({ pattern, detectorOf }: LookedFor, chars: string, parts: Found[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(chars); match !== null; match = pattern.exec(chars)) {
    const looked = detectorOf(match[0])?.(chars, match.index);
    if (looked === undefined) continue;
    if (looked.type === 'found') parts.push(looked);
    pattern.lastIndex = Math.max(looked.end, match.index + 1);
  }
}
