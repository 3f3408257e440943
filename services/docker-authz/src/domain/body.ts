/** What is known of a request's body, and as much of it as an event may hold. */
import { isUtf8 } from 'node:buffer';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { elementsOf } from '@auditstream/item/json-scan';
import { type Action } from './actions.ts';
import { type RequestMessage } from './message.ts';

/**
 * `json`: it is in the event; `none`: there is none; `withheld`: there is one that engines do not show to
 * plugins; `missing`: there has to be one, and the engine showed none; `unreadable`: it is not JSON.
 */
export type BodyState = 'json' | 'none' | 'withheld' | 'missing' | 'unreadable';

export interface Body {
  readonly state: BodyState;
  /** Bytes: of what was shown, else what the client announced. */
  readonly size: number;
  /** One line of JSON; undefined unless the state is `json`. */
  readonly json?: Buffer;
}

/** Ingest takes events of 64 levels, and the body stands one level deep. */
const maxDepth = 62;

export function bodyOf(message: RequestMessage, action: Action): Body {
  const { body, headers } = message;
  if (body === null) {
    const size = Number(headers.get('content-length') ?? '0') || 0;
    return { state: stateWithout(action, size, headers.get('content-type') ?? ''), size };
  }
  if (!isJson(body)) return { state: 'unreadable', size: body.length };
  return { state: 'json', size: body.length, json: onOneLine(body) };
}

function stateWithout(action: Action, size: number, contentType: string): BodyState {
  const isShown = contentType === '' || contentType.startsWith('application/json');
  if (action.needsBody) return 'missing';
  if (size === 0) return 'none';
  return isShown && action.name !== 'registry.login' ? 'missing' : 'withheld';
}

function isJson(body: Buffer): boolean {
  if (!isUtf8(body)) return false;
  try {
    elementsOf(body, maxDepth);
    return true;
  } catch (error) {
    if (error instanceof JsonScanError) return false;
    throw error;
  }
}

/** In JSON a line feed stands between tokens only, where it is as good as a blank. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes('\n') && !json.includes('\r')) return json;
  return Buffer.from(json.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}
