/** From what the engine tells of a call to the bytes that stand for it. docs/docker-authz.md has the shape. */
import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { JsonScanError } from '@auditstream/item/json-cursor';
import { membersOf } from '@auditstream/item/json-scan';
import { type RedactionPolicy } from '@auditstream/item/redact/policy';
import { redactItem } from '@auditstream/item/redact/redact';
import { type Answer, routeOf } from './actions.ts';
import { bodyOf } from './body.ts';
import { type RequestMessage, type ResponseMessage } from './message.ts';
import { objectOf, textIn } from './object.ts';
import { outcomeOf } from './outcome.ts';
import { targetOf } from './target.ts';

/** What is told of a call when it comes in: the members of an event, without braces. */
export interface Described {
  readonly callId: string;
  readonly nanos: bigint;
  readonly answer: Answer;
  /** Free of secrets. */
  readonly members: Buffer;
}

export interface Describe {
  readonly host: string;
  readonly policy: RedactionPolicy;
}

/** Of all headers these alone are recorded: others may hold credentials. */
const keptHeaders = ['user-agent', 'content-type', 'content-length'] as const;

/** @param nanos when the message came, nanoseconds since 1970 */
export function describeCall(message: RequestMessage, nanos: bigint, options: Describe): Described {
  const { method, uri, user, authMethod, certificate } = message;
  const target = targetOf(uri);
  const route = routeOf(method, target.path);
  const body = bodyOf(message, route.action);
  const callId = callIdOf(message.key, nanos);
  const facts = {
    ...{ host: options.host, user, authMethod, certificate, method, uri },
    ...{ path: target.path, apiVersion: target.apiVersion, action: route.action.name },
    object: objectOf(route, target, body.json),
    headers: keptOf(message.headers),
    ...{ body: body.state, bodySize: body.size },
  };
  const head = `{"callId":"${callId}","timeNano":${nanos},${JSON.stringify(facts).slice(1, -1)}`;
  const rest = body.json === undefined ? ['}'] : [',"request":', body.json, '}'];
  const whole = Buffer.concat([head, ...rest].map((part) => Buffer.from(part)));
  return { callId, nanos, answer: route.action.answer, members: redacted(whole, options.policy) };
}

function keptOf(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = headers.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function callIdOf(key: string, nanos: bigint): string {
  return createHash('sha256').update(`${key}\n${nanos}`).digest('hex').slice(0, 32);
}

/** Without braces; what was taken out is told at the end. */
function redacted(whole: Buffer, policy: RedactionPolicy): Buffer {
  const members = membersOf(whole, Infinity) ?? [];
  const { bytes, redactions } = redactItem({ bytes: whole, members }, 'docker', policy);
  const inside = bytes.subarray(1, -1);
  if (redactions.length === 0) return inside;
  return Buffer.concat([inside, Buffer.from(`,"redactions":${JSON.stringify(redactions)}`)]);
}

/** The line that is on disk before the engine goes on with a call. */
export function requestLine(key: string, { members }: Described): Buffer {
  return lineOf(`{"authz":"request","key":"${key}",`, members, '}\n');
}

/** The event of a call that has no response yet. */
export function openLine(members: Buffer): Buffer {
  const tail = ',"outcome":"unknown","reason":"no-response-yet"}\n';
  return lineOf('{"authz":"call","stage":"open",', members, tail);
}

export interface Answered {
  readonly response: ResponseMessage;
  readonly described: Described;
  /** When the response came. */
  readonly nanos: bigint;
  /** Whether the request was seen before. */
  readonly paired: boolean;
}

/** The event of a call whose response is known. */
export function callLine({ response, described, nanos, paired }: Answered): Buffer {
  const { status } = response;
  const { outcome, reason } = outcomeOf({ ...response, answer: described.answer });
  const json = jsonOf(response.responseBody);
  const said = outcome === 'failure' ? cut(textIn(json, 'message')) : undefined;
  const created = outcome === 'success' ? textIn(json, 'Id', 'ID')?.slice(0, maxId) : undefined;
  const end = {
    ...{ paired, status, outcome, reason: said ?? reason },
    ...(created === undefined ? {} : { createdId: created }),
    durationNano: Number(paired ? nanos - described.nanos : 0n),
  };
  const bytes = Buffer.from(JSON.stringify(end));
  const members = membersOf(bytes, Infinity) ?? [];
  const clean = redactItem({ bytes, members }, 'docker', { execArguments: 'mask', paths: [] });
  return lineOf(
    '{"authz":"call","stage":"complete",',
    described.members,
    `,${clean.bytes.toString('utf8', 1)}\n`,
  );
}

const maxMessage = 1_024;

/** Between words: half of a secret would not be known as one. */
function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= maxMessage) return text;
  return text.slice(0, Math.max(0, text.slice(0, maxMessage).search(/\s\S*$/)));
}
const maxId = 128;

function jsonOf(body: Buffer | null): Buffer | undefined {
  if (body === null || !isUtf8(body)) return undefined;
  try {
    return membersOf(body, 64) === null ? undefined : body;
  } catch (error) {
    if (error instanceof JsonScanError) return undefined;
    throw error;
  }
}

function lineOf(head: string, members: Buffer, tail: string): Buffer {
  return Buffer.concat([Buffer.from(head), members, Buffer.from(tail)]);
}
