/** Finds the secrets in a request URI. */
import { kindOfValue } from './classify.ts';
import { scanArguments, scanCommandLine } from './command-line.ts';
import { type Found } from './found.ts';
import { marker } from './marker.ts';
import { kindOfName } from './names.ts';
import { type RedactionPolicy } from './policy.ts';
import { scanText } from './scan-text.ts';
import { percentDecoded, slice, type Text } from './text.ts';

/** Secrets in a text; the text may be a part of another one. */
export interface FoundIn {
  readonly text: Text;
  readonly parts: readonly Found[];
}

interface Parameter {
  readonly name: string;
  readonly value: Text;
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
  const parameters = mark < 0 ? [] : parametersOf(slice(text, mark + 1, text.chars.length));
  const commands = parameters.filter(({ name }) => name === 'command').map(({ value }) => value);
  const others = parameters.filter(({ name }) => name !== 'command');
  const args = execArguments === 'drop' ? withoutArguments(commands) : secretArguments(commands);
  return [{ text: path, parts: scanText(path.chars) }, ...others.map(secretsOfParameter), ...args];
}

function parametersOf(query: Text): readonly Parameter[] {
  const parameters: Parameter[] = [];
  const { chars } = query;
  for (let start = 0; start <= chars.length;) {
    const next = chars.indexOf('&', start);
    const end = next < 0 ? chars.length : next;
    const sign = chars.slice(start, end).indexOf('=');
    const nameEnd = sign < 0 ? end : start + sign;
    const name = percentDecoded(slice(query, start, nameEnd)).chars;
    parameters.push({ name, value: percentDecoded(slice(query, Math.min(nameEnd + 1, end), end)) });
    start = end + 1;
  }
  return parameters;
}

function secretsOfParameter({ name, value }: Parameter): FoundIn {
  // Variables of a Docker build, as JSON.
  const isNamed = kindOfName(name) !== undefined || name === 'buildargs';
  return { text: value, parts: isNamed ? whole(value.chars, name) : scanText(value.chars) };
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
