/** Takes the secrets out of strings. */
import { byteOf, peek } from '../json-cursor.ts';
import { skipString } from '../json-scalars.ts';
import { readArray, type Span, textOf } from '../json-scan.ts';
import { scanArguments, scanCommandLine } from './command-line.ts';
import { type Found } from './found.ts';
import { marker } from './marker.ts';
import { type Place } from './places.ts';
import { type RedactionPolicy } from './policy.ts';
import { mayHide, secretsOfAction, secretsOfUri, whole } from './request-uri.ts';
import { scanText } from './scan-text.ts';
import { type Text, textOfString } from './text.ts';
import { mayShow, removeParts, type Walker } from './walker.ts';

/** Moves over the string at the cursor, and takes the secrets in it out. */
export function visitString(walker: Walker, place: Place): void {
  const span = passString(walker);
  const shows = mayShow(walker, span);
  if (place === 'uri') {
    if (shows || mayHide(walker.chars.slice(span.start, span.end))) visitUri(walker, span);
  } else if (place === 'action') visitAction(walker, span);
  else if (place === 'variable') visitVariable(walker, span);
  else if (place === 'arguments' || place === 'exec-arguments') {
    visitCommandLine(walker, { span, place });
  } else if (shows) visitAny(walker, span);
}

/**
 * Moves over a key, takes out what is secret in it, and adds it to the path. Returns what the key means,
 * secrets included.
 */
export function enterKey(walker: Walker, key: Span): string {
  const { segments } = walker;
  const name = keyText(walker, key);
  if (!mayShow(walker, key)) {
    segments.push(name);
    return name;
  }
  const text = textAt(walker, key);
  const parts = scanText(text.chars);
  // The path is recorded, so it must not have what is taken out.
  segments.push(parts.length === 0 ? name : marker);
  removeParts(walker, text, parts);
  return name;
}

/** Most keys are plain ASCII, and decoding is dear. */
function keyText({ bytes, chars }: Walker, key: Span): string {
  const plain = chars.slice(key.start + 1, key.end - 1);
  return /[\\\u0080-\u00ff]/.test(plain) ? textOf(bytes, key) : plain;
}

/** The list of arguments at the cursor; `visit` takes the elements that are no strings. */
export function visitArguments(
  walker: Walker,
  mode: RedactionPolicy['execArguments'],
  visit: () => void,
): void {
  const { cursor, segments } = walker;
  const args: { readonly span: Span; readonly index: number }[] = [];
  let index = 0;
  readArray(cursor, () => {
    segments.push(index);
    if (peek(cursor) === byteOf.quote) args.push({ span: passString(walker), index });
    else visit();
    segments.pop();
    index += 1;
  });
  const chars = args.map(({ span }) => textAt(walker, span).chars);
  const found = mode === 'drop' ? allButCommand(chars) : scanArguments(chars);
  args.forEach(({ span, index: at }, order) => {
    const parts = found[order] ?? [];
    // Most have none, and a list may be nothing but arguments: its texts are not kept.
    if (parts.length === 0) return;
    segments.push(at);
    removeParts(walker, textAt(walker, span), parts);
    segments.pop();
  });
}

function allButCommand(args: readonly string[]): readonly (readonly Found[])[] {
  return args.map((arg, index) => (index === 0 ? scanText(arg) : whole(arg, '')));
}

function visitAny(walker: Walker, span: Span): void {
  const text = textAt(walker, span);
  removeParts(walker, text, scanText(text.chars));
}

function visitAction(walker: Walker, span: Span): void {
  const { text, parts } = secretsOfAction(textAt(walker, span), walker.policy);
  removeParts(walker, text, parts);
}

function visitCommandLine(
  walker: Walker,
  { span, place }: { readonly span: Span; readonly place: Place },
): void {
  const text = textAt(walker, span);
  const drops = place === 'exec-arguments' && walker.policy.execArguments === 'drop';
  removeParts(walker, text, drops ? behindCommand(text.chars) : scanCommandLine(text.chars));
}

function behindCommand(chars: string): readonly Found[] {
  const at = /^\s*\S+\s+/.exec(chars)?.[0].length ?? chars.length;
  return whole(chars.slice(at), '').map(({ start, end, ...rest }) => ({
    ...{ ...rest, start: start + at, end: end + at },
  }));
}

function visitUri(walker: Walker, span: Span): void {
  for (const { text, parts } of secretsOfUri(textAt(walker, span), walker.policy)) {
    removeParts(walker, text, parts);
  }
}

/** `NAME=value`: the name stays. */
function visitVariable(walker: Walker, span: Span): void {
  const text = textAt(walker, span);
  const sign = text.chars.indexOf('=');
  if (sign < 0) {
    removeParts(walker, text, scanText(text.chars));
    return;
  }
  const value = text.chars.slice(sign + 1);
  const parts = whole(value, text.chars.slice(0, sign));
  const shift = sign + 1;
  removeParts(
    walker,
    text,
    parts.map((part) => ({ ...part, start: part.start + shift, end: part.end + shift })),
  );
}

function textAt({ bytes }: Walker, span: Span): Text {
  return textOfString(bytes, span);
}

function passString({ cursor, bytes }: Walker): Span {
  const start = cursor.at;
  cursor.at = skipString(bytes, start);
  return { start, end: cursor.at };
}
