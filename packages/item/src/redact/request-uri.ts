/** Finds the secrets in a request URI. */
import { kindOfValue } from './classify.ts';
import { scanArguments, scanCommandLine } from './command-line.ts';
import { type Found } from './found.ts';
import { marker } from './marker.ts';
import { kindOfName } from './names.ts';
import { type RedactionPolicy } from './policy.ts';
import { scanText } from './scan-text.ts';
import { isPercentEncoded, percentDecoded, slice, type Text } from './text.ts';
import { type Span } from '../json-scan.ts';

/** Secrets in a text; the text may be a part of another one. */
export interface FoundIn {
  readonly text: Text;
  readonly parts: readonly Found[];
}

/** Whether a URI without a known anchor may have a secret in it. */
export function mayHide(chars: string): boolean {
  return /[%+]|command=|buildargs=/.test(chars);
}

/** The secrets in a URI: in its path, its parameters, and the command line that exec has there. */
export function secretsOfUri(
  text: Text,
  { execArguments }: Pick<RedactionPolicy, 'execArguments'>,
): readonly FoundIn[] {
  const mark = text.chars.indexOf('?');
  const pathEnd = mark < 0 ? text.chars.length : mark;
  const path = percentDecoded(slice(text, 0, pathEnd));
  const inPath = { text: path, parts: scanText(path.chars) };
  if (mark < 0) return [inPath];
  const { others, commands } = readQuery(slice(text, mark + 1, text.chars.length));
  const args = execArguments === 'drop' ? withoutArguments(commands) : secretArguments(commands);
  return [inPath, ...others, ...args];
}

/** The parts of a query: what is secret in its parameters, and the arguments of a command. */
interface Query {
  readonly others: FoundIn[];
  readonly commands: Text[];
}

/** Nothing is kept of a parameter without a secret: a query may have as many as it has characters. */
function readQuery(text: Text): Query {
  const query: Query = { others: [], commands: [] };
  const { chars } = text;
  for (let start = 0; start <= chars.length;) {
    const next = chars.indexOf('&', start);
    const end = next < 0 ? chars.length : next;
    if (end > start) readParameter(text, { start, end }, query);
    start = end + 1;
  }
  return query;
}

function readParameter(text: Text, { start, end }: Span, query: Query): void {
  const chars = text.chars.slice(start, end);
  const sign = chars.indexOf('=');
  const nameEnd = sign < 0 ? end : start + sign;
  const spelled = sign < 0 ? chars : chars.slice(0, sign);
  const name = isPercentEncoded(spelled)
    ? percentDecoded(slice(text, start, nameEnd)).chars
    : spelled;
  const valueStart = Math.min(nameEnd + 1, end);
  if (name === 'command') query.commands.push(percentDecoded(slice(text, valueStart, end)));
  else {
    const value = chars.slice(valueStart - start);
    const found = isPercentEncoded(value)
      ? secretsOfValue(name, percentDecoded(slice(text, valueStart, end)))
      : secretsOfPlain(name, { text, chars: value, start: valueStart, end });
    if (found !== undefined) query.others.push(found);
  }
}

interface PlainValue extends Span {
  readonly text: Text;
  readonly chars: string;
}

function secretsOfPlain(
  name: string,
  { text, chars, start, end }: PlainValue,
): FoundIn | undefined {
  const parts = partsOfValue(name, chars);
  return parts.length === 0 ? undefined : { text: slice(text, start, end), parts };
}

function secretsOfValue(name: string, text: Text): FoundIn | undefined {
  const parts = partsOfValue(name, text.chars);
  return parts.length === 0 ? undefined : { text, parts };
}

function partsOfValue(name: string, chars: string): readonly Found[] {
  // Variables of a Docker build, as JSON.
  const isNamed = kindOfName(name) !== undefined || name === 'buildargs';
  return isNamed ? whole(chars, name) : scanText(chars);
}

function secretArguments(commands: readonly Text[]): readonly FoundIn[] {
  const found = scanArguments(commands.map(({ chars }) => chars));
  return commands.map((text, index) => ({ text, parts: found[index] ?? [] }));
}

function withoutArguments(commands: readonly Text[]): readonly FoundIn[] {
  return commands.map((text, index) => ({
    text,
    parts: index === 0 ? scanText(text.chars) : whole(text.chars, ''),
  }));
}

/** All of a text as one secret; nothing where there is none. */
export function whole(chars: string, name: string): readonly Found[] {
  if (chars === '' || chars === marker) return [];
  return [{ start: 0, end: chars.length, kind: kindOfValue(chars, name) }];
}

/** The secrets in an action of a Docker Engine: `exec_create: ` and `exec_start: ` have a command line. */
export function secretsOfAction(
  text: Text,
  { execArguments }: Pick<RedactionPolicy, 'execArguments'>,
): FoundIn {
  const command = /^exec_(?:create|start):\s*/.exec(text.chars)?.[0].length;
  if (command === undefined) return { text, parts: scanText(text.chars) };
  const line = slice(text, command, text.chars.length);
  const args = /^\S+\s+/.exec(line.chars)?.[0].length ?? line.chars.length;
  if (execArguments === 'mask') return { text: line, parts: scanCommandLine(line.chars) };
  const rest = slice(line, args, line.chars.length);
  return { text: rest, parts: whole(rest.chars, '') };
}
