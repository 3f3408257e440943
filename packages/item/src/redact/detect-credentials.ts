/** Credentials in HTTP headers and URLs. */
import { charSet, endOfRun, endOfShortRun, isIn, space, word } from './chars.ts';
import { type Detector, found, nothing } from './found.ts';
import { marker } from './marker.ts';

const credentialChars = charSet(/[A-Za-z0-9._~+/=:-]/);
const LEAST = 8;
/** A word of prose that follows "bearer" is shorter, or has no digit. */
const LEAST_WITHOUT_DIGIT = 24;
const SCHEME_LENGTH = 6;

/** `Bearer` and what follows it (RFC 6750 §2.1). */
export const bearerToken: Detector = (chars, at) => {
  const span = credential(chars, at + SCHEME_LENGTH);
  if (span === undefined || isIn(word, chars, at - 1)) return nothing(at + SCHEME_LENGTH);
  const value = chars.slice(span.start, span.end);
  const isToken = value.length >= LEAST_WITHOUT_DIGIT || /\d/.test(value);
  return isToken && value.length >= LEAST
    ? found(span.start, span.end, 'token')
    : nothing(span.start);
};

/** `Basic` and base64 of `user:password` (RFC 7617 §2). */
export const basicCredentials: Detector = (chars, at) => {
  const from = at + SCHEME_LENGTH - 1;
  const span = credential(chars, from);
  if (span === undefined || isIn(word, chars, at - 1)) return nothing(from);
  const value = chars.slice(span.start, span.end);
  const isPair = /^[ -~]*:/.test(Buffer.from(value, 'base64').toString('latin1'));
  return isPair && !value.includes(':')
    ? found(span.start, span.end, 'password')
    : nothing(span.start);
};

function credential(chars: string, from: number): { start: number; end: number } | undefined {
  const start = endOfShortRun(space, chars, { from: from, most: 4 });
  if (start === from) return undefined;
  const end = endOfRun(credentialChars, chars, start);
  return end > start ? { start, end } : undefined;
}

const authority = charSet(/[^/?#\s"'<>\\]/);
/** A user of this length is a token. */
const TOKEN_AS_USER = 20;

/** `://user:password@host` (RFC 3986 §3.2.1). */
export const urlPassword: Detector = (chars, at) => {
  const start = at + 3;
  const end = endOfRun(authority, chars, start);
  const host = chars.slice(start, end).lastIndexOf('@');
  if (host < 0) return nothing(start);
  const user = chars.slice(start, start + host);
  const colon = user.indexOf(':');
  const from = colon < 0 ? start : start + colon + 1;
  const isSecret = colon < 0 ? host >= TOKEN_AS_USER : from < start + host;
  const value = chars.slice(from, start + host);
  return isSecret && value !== marker
    ? found(from, start + host, colon < 0 ? 'token' : 'password')
    : nothing(start);
};
