/** Finds the secrets in command lines, given as one text or as a list of arguments. */
import { charSet, isIn, space } from './chars.ts';
import { type CommandState, newCommand, secretOfWord } from './command-state.ts';
import { type Found, merged } from './found.ts';
import { scanOnce } from './scan-text.ts';
import { type Scan, settled } from './settle.ts';

/** The secrets in a command line that is one text, as a shell takes it. */
export function scanCommandLine(chars: string): readonly Found[] {
  return settled(scanLines, [chars])[0] ?? [];
}

const scanLines: Scan = (lines) => lines.map((line) => joined(scanOnce(line), scanWords(line)));

function joined(some: readonly Found[], others: readonly Found[]): readonly Found[] {
  if (some.length === 0) return merged(others);
  return others.length === 0 ? some : merged(some.concat(others));
}

/** The secrets in each of the arguments of a command, the command itself being the first. */
export function scanArguments(args: readonly string[]): readonly (readonly Found[])[] {
  return settled(scanList, args);
}

function scanList(args: readonly string[]): readonly (readonly Found[])[] {
  const state = newCommand(args.some(hasPairs));
  let previous = '';
  return args.map((arg) => {
    const parts = scanArgument(state, arg, /^-[a-z]*c$/.test(previous));
    previous = arg;
    return joined(scanOnce(arg), parts);
  });
}

function scanArgument(state: CommandState, arg: string, isScript: boolean): readonly Found[] {
  const secret = isScript ? undefined : secretOfWord(state, arg);
  if (secret !== undefined) return [secret];
  return isScript || (!arg.startsWith('-') && /\s/.test(arg)) ? scanWords(arg) : nothingFound;
}

const nothingFound: readonly Found[] = [];

function hasPairs(chars: string): boolean {
  return chars.includes('chpasswd');
}

const quote = charSet(/["'`]/);

/** Where a text is being read: which quotes are open, and which will not be closed any more. */
interface Reader {
  readonly chars: string;
  at: number;
  readonly open: string[];
  readonly unpaired: Set<string>;
}

function scanWords(chars: string): readonly Found[] {
  const reader: Reader = { chars, at: 0, open: [], unpaired: new Set() };
  const state = newCommand(hasPairs(chars));
  const parts: Found[] = [];
  while (skipToWord(reader, state)) {
    const start = reader.at;
    skipWord(reader);
    const secret = secretOfWord(state, chars.slice(start, reader.at));
    if (secret === undefined) continue;
    const { kind } = secret;
    parts.push({ start: start + secret.start, end: start + secret.end, kind });
  }
  return parts;
}

/** Moves to the next word; a quote at its beginning is stepped into, unless the word is a secret. */
function skipToWord(reader: Reader, { expected }: CommandState): boolean {
  const { chars, open } = reader;
  for (; reader.at < chars.length; reader.at += 1) {
    if (isIn(space, chars, reader.at)) continue;
    if (!isIn(quote, chars, reader.at)) return true;
    const sign = chars[reader.at] ?? '';
    if (sign === open.at(-1)) open.pop();
    else if (expected !== undefined) return true;
    else open.push(sign);
  }
  return false;
}

/** Moves behind a word; what stands in quotes inside it belongs to it, blanks too. */
function skipWord(reader: Reader): void {
  const { chars, open } = reader;
  for (; reader.at < chars.length; reader.at += 1) {
    if (isIn(space, chars, reader.at)) return;
    if (!isIn(quote, chars, reader.at)) continue;
    const sign = chars[reader.at] ?? '';
    if (sign === open.at(-1)) return;
    const close = closing(reader, sign);
    if (close !== undefined) reader.at = close;
  }
}

function closing({ chars, at, unpaired }: Reader, sign: string): number | undefined {
  if (unpaired.has(sign)) return undefined;
  const close = chars.indexOf(sign, at + 1);
  if (close >= 0) return close;
  unpaired.add(sign);
  return undefined;
}
