/** Goes through the words of a command line, and tells which of them are secrets. */
import { type RedactionKind } from './redaction.ts';
import { type SecretOptions, secretOptions } from './command-options.ts';
import { wholeAssignment } from './detect-assignment.ts';
import { type Found } from './found.ts';
import { marker } from './marker.ts';
import { kindOfName } from './names.ts';

/** What the next word is. */
type Expected =
  { readonly type: 'secret'; readonly kind: RedactionKind } | { readonly type: 'pair' };

export interface CommandState {
  /** Whether the next word is a program's name. */
  atProgram: boolean;
  options: SecretOptions;
  /** Whether the word has come that the options wait for. */
  armed: boolean;
  previous: string;
  expected: Expected | undefined;
  /** Whether any word may be `user:password`, as in what chpasswd reads. */
  readonly pairs: boolean;
}

export function newCommand(pairs: boolean): CommandState {
  const [options, previous] = [noOptions, ''];
  return { atProgram: true, options, armed: true, previous, expected: undefined, pairs };
}

const noOptions: SecretOptions = {};

/** Another command begins. */
function beginAgain(state: CommandState): void {
  state.atProgram = true;
  state.options = noOptions;
  state.armed = true;
  state.previous = '';
  state.expected = undefined;
}

/** The part of a word that is a secret; undefined where there is none. `state` moves on. */
export function secretOfWord(state: CommandState, word: string): Found | undefined {
  const { expected, previous } = state;
  state.expected = undefined;
  state.previous = word;
  if (expected?.type === 'secret' && !word.startsWith('--')) return part(word, 0, expected.kind);
  if (expected?.type === 'pair') return secretOfPair(word, 0);
  if (separators.has(word)) {
    beginAgain(state);
    return undefined;
  }
  const assigned = wholeAssignment(word);
  if (assigned?.type === 'found') return part(word, assigned.start, assigned.kind);
  // A list may have the arguments alone: what begins with an option names no program.
  if (state.atProgram && !word.startsWith('-')) {
    readProgram(state, word);
    return state.pairs ? secretOfPair(word, 0) : undefined;
  }
  if (state.options.shell === true && /^-[a-z]*c$/.test(word)) {
    beginAgain(state);
    return undefined;
  }
  const found = attachedSecret(state, word);
  state.expected = found === undefined ? expectedBehind(state, word, previous) : undefined;
  if (/[;|&]$/.test(word)) beginAgain(state);
  return found ?? (state.pairs ? secretOfPair(word, 0) : undefined);
}

const separators = new Set(['|', '||', '&', '&&', ';']);
const wrappers = new Set([
  'sudo',
  'env',
  'exec',
  'time',
  'nohup',
  'xargs',
  'command',
  // What a health check of Docker begins with.
  'CMD',
  'CMD-SHELL',
  'then',
  'do',
]);

function readProgram(state: CommandState, word: string): void {
  const program = word.replace(/^[$(!]+/, '');
  if (wrappers.has(program) || program === '' || /^[A-Za-z_]\w*=/.test(program)) return;
  state.atProgram = false;
  state.options = secretOptions(program);
  state.armed = state.options.after === undefined;
}

function attachedSecret({ options, armed }: CommandState, word: string): Found | undefined {
  if (!armed) return undefined;
  const pair = options.attachedPair?.find((option) => isLonger(word, option));
  if (pair !== undefined) return secretOfPair(word, pair.length);
  const attached = options.attached?.find((option) => isLonger(word, option));
  return attached === undefined ? undefined : part(word, attached.length, 'password');
}

/** `--p` is no `-p` with something behind it. */
function isLonger(word: string, option: string): boolean {
  return word.length > option.length && word.startsWith(option);
}

function expectedBehind(state: CommandState, word: string, previous: string): Expected | undefined {
  const { options, armed } = state;
  if (word === options.after) state.armed = true;
  const isNamed = /^--?[A-Za-z][\w.-]*$/.test(word) || previous === 'set';
  const kind = isNamed ? kindOfName(word) : undefined;
  if (kind !== undefined) return { type: 'secret', kind };
  if (!armed) return undefined;
  if (options.next?.includes(word)) return { type: 'secret', kind: 'password' };
  if (options.behind?.includes(word)) return { type: 'secret', kind: 'token' };
  return options.pair?.includes(word) ? { type: 'pair' } : undefined;
}

/** What stands behind the first sign of a pair. */
function secretOfPair(word: string, from: number): Found | undefined {
  const sign = /[:%=]/.exec(word.slice(from));
  return sign === null ? undefined : part(word, from + sign.index + 1, 'password');
}

function part(word: string, start: number, kind: RedactionKind): Found | undefined {
  const isSettled = start === word.length || word.slice(start) === marker;
  return isSettled ? undefined : { start, end: word.length, kind };
}
