/** Watches JSON go by in pieces, and says which of its bytes belong to values at certain places. */
import { byteOf } from '@auditstream/item/json-cursor';

/** The keys that lead to a value, one step for each object: these keys, or any. */
export type ValuePath = readonly (ReadonlySet<string> | 'any')[];

export interface JsonListener {
  /** Bytes that belong to no such value, in their order. */
  readonly outside: (part: Buffer) => void;
  readonly begin: () => void;
  /** Bytes of such a value. */
  readonly inside: (part: Buffer) => void;
  readonly end: () => void;
}

export interface JsonWatch {
  /** Takes the next bytes; parts share their memory. */
  readonly push: (bytes: Buffer) => void;
}

/** Longer keys, however they are spelled, are none that a path names. */
const maxKey = 160;

type Awaiting = 'key' | 'colon' | 'value' | 'end';

interface State {
  /** Arrays and objects that are open. */
  depth: number;
  /** Objects that are open and lie on the path: those are the outermost. */
  onPath: number;
  /** What comes next in the innermost object on the path. */
  awaiting: Awaiting;
  text: 'none' | 'key' | 'other';
  escaped: boolean;
  key: string;
  /** What the value that is being taken began with; null outside of one. */
  taking: 'string' | 'nested' | 'bare' | null;
}

/**
 * It reads only what it needs to find the values, and takes for JSON what is none: whether the text is JSON
 * is for others to say, of what is left. It holds nothing but one key.
 */
export function createJsonWatch(path: ValuePath, listener: JsonListener): JsonWatch {
  const state: State = {
    ...{
      depth: 0,
      onPath: 0,
      awaiting: 'end',
      text: 'none',
      escaped: false,
      key: '',
      taking: null,
    },
  };
  return {
    push(bytes) {
      let from = 0;
      const upTo = (at: number): void => {
        if (at > from)
          (state.taking === null ? listener.outside : listener.inside)(bytes.subarray(from, at));
        from = at;
      };
      const begin = (at: number, kind: NonNullable<State['taking']>): void => {
        upTo(at);
        state.taking = kind;
        listener.begin();
      };
      const end = (at: number): void => {
        upTo(at);
        state.taking = null;
        listener.end();
      };
      readBytes(bytes, { state, path, begin, end });
      upTo(bytes.length);
    },
  };
}

interface Reading {
  readonly state: State;
  readonly path: ValuePath;
  readonly begin: (at: number, kind: NonNullable<State['taking']>) => void;
  readonly end: (at: number) => void;
}

function readBytes(bytes: Buffer, reading: Reading): void {
  const { state } = reading;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (state.text !== 'none') {
      if (state.text === 'other' && !state.escaped) at = nextOfText(bytes, at);
      if (at < bytes.length) readInText(bytes[at] ?? 0, at, reading);
    } else if (byte === byteOf.quote) openText(at, reading);
    else if (byte === byteOf.openBrace || byte === byteOf.openBracket) open(byte, at, reading);
    else if (byte === byteOf.closeBrace || byte === byteOf.closeBracket) close(at, reading);
    else readBetween(byte, at, reading);
  }
}

/** The next byte that means something inside of a text. */
function nextOfText(bytes: Buffer, at: number): number {
  let next = at;
  while (next < bytes.length) {
    const byte = bytes[next];
    if (byte === byteOf.quote || byte === byteOf.backslash) break;
    next += 1;
  }
  return next;
}

function readInText(byte: number, at: number, { state, end }: Reading): void {
  const isEnd = byte === byteOf.quote && !state.escaped;
  state.escaped = byte === byteOf.backslash && !state.escaped;
  if (!isEnd) {
    if (state.text === 'key' && state.key.length <= maxKey) state.key += String.fromCharCode(byte);
    return;
  }
  if (state.text === 'key') state.awaiting = 'colon';
  state.text = 'none';
  if (state.taking === 'string') end(at + 1);
}

function openText(at: number, reading: Reading): void {
  const { state } = reading;
  const isKey = isHere(state) && state.awaiting === 'key';
  if (isKey) state.key = '';
  else if (beginsTaken(reading)) reading.begin(at, 'string');
  state.text = isKey ? 'key' : 'other';
}

function open(byte: number, at: number, reading: Reading): void {
  const { state } = reading;
  const leads = state.depth === 0 || (isHere(state) && leadsOn(reading));
  if (beginsTaken(reading)) reading.begin(at, 'nested');
  else if (leads && byte === byteOf.openBrace) {
    state.onPath += 1;
    state.awaiting = 'key';
  }
  state.depth += 1;
}

function close(at: number, { state, end }: Reading): void {
  if (state.taking === 'bare') end(at);
  if (isHere(state)) {
    state.onPath -= 1;
    state.awaiting = 'end';
  }
  state.depth -= 1;
  if (state.taking === 'nested' && isHere(state)) end(at + 1);
}

/** White space, commas, colons, numbers and literals. */
function readBetween(byte: number, at: number, reading: Reading): void {
  const { state, end } = reading;
  if (!isHere(state)) return;
  const isSpace = byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
  if (state.taking === 'bare' && (isSpace || byte === byteOf.comma)) end(at);
  if (byte === byteOf.comma) state.awaiting = 'key';
  else if (byte === byteOf.colon && state.awaiting === 'colon') state.awaiting = 'value';
  else if (!isSpace && beginsTaken(reading)) reading.begin(at, 'bare');
}

/** Whether the innermost array or object is an object on the path. */
function isHere({ depth, onPath }: State): boolean {
  return depth === onPath;
}

/** Whether a value begins here, and is one that is taken. */
function beginsTaken(reading: Reading): boolean {
  const { state, path } = reading;
  if (!isHere(state) || state.awaiting !== 'value') return false;
  const isLast = state.onPath === path.length;
  const taken = isLast && leadsOn(reading);
  if (isLast) state.awaiting = 'end';
  return taken;
}

/** Whether the key before a value is one of the path's. */
function leadsOn({ state, path }: Reading): boolean {
  const step = path[state.onPath - 1];
  if (state.awaiting !== 'value' || step === undefined) return false;
  return step === 'any' || step.has(unescaped(state.key));
}

function unescaped(key: string): string {
  if (!key.includes('\\')) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return key;
  }
}
