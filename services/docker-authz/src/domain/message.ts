/**
 * What a Docker Engine tells an authorization plugin: the JSON of AuthZReq and AuthZRes (moby,
 * pkg/authorization/api.go). The response's message repeats all of the request's.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { byteOf, JsonScanError } from '@auditstream/item/json-cursor';
import { elementsOf, type Member, membersOf, textOf } from '@auditstream/item/json-scan';

export interface RequestMessage {
  /** Common name of the client's certificate; empty where the client has none. */
  readonly user: string;
  /** `TLS`, or empty. */
  readonly authMethod: string;
  /** SHA-256 of the client's certificate (DER) in hex; empty where the engine does not send it. */
  readonly certificate: string;
  readonly method: string;
  readonly uri: string;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Null where the engine sends none. */
  readonly body: Buffer | null;
  /** Equal in the two messages about one call: a hash over what they share. */
  readonly key: string;
}

export interface ResponseMessage extends RequestMessage {
  readonly status: number | null;
  /** False once any of the response has been sent, and where the connection was taken over. */
  readonly hasHeaders: boolean;
  readonly responseBody: Buffer | null;
}

/** The bytes are no such message. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly code = 'unreadable-message';
  readonly retryable = false;
}

const maxDepth = 8;
const requestMembers: ReadonlySet<string> = new Set([
  ...['User', 'UserAuthNMethod', 'RequestMethod', 'RequestUri', 'RequestBody', 'RequestHeaders'],
  'RequestPeerCertificates',
]);

/** @throws MessageError */
export function readRequest(bytes: Buffer): RequestMessage {
  return requestOf(fieldsOf(bytes));
}

/** @throws MessageError */
export function readResponse(bytes: Buffer): ResponseMessage {
  const fields = fieldsOf(bytes);
  const status = Number(rawOf(fields, 'ResponseStatusCode') ?? '0');
  return {
    ...requestOf(fields),
    status: status > 0 ? status : null,
    hasHeaders: headersOf(fields, 'ResponseHeaders').size > 0,
    responseBody: base64Of(fields, 'ResponseBody'),
  };
}

interface Fields {
  readonly bytes: Buffer;
  readonly members: ReadonlyMap<string, Member>;
}

function fieldsOf(bytes: Buffer): Fields {
  try {
    const members = isUtf8(bytes) ? membersOf(bytes, maxDepth) : null;
    if (members === null) throw new MessageError('The message is not a JSON object.');
    return { bytes, members: new Map(members.map((member) => [member.key, member])) };
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    throw new MessageError(`The message is not JSON: ${error.message}.`, { cause: error });
  }
}

function requestOf(fields: Fields): RequestMessage {
  const [method, uri] = [stringOf(fields, 'RequestMethod'), stringOf(fields, 'RequestUri')];
  if (method === '' || uri === '')
    throw new MessageError('RequestMethod or RequestUri is missing.');
  return {
    user: stringOf(fields, 'User'),
    authMethod: stringOf(fields, 'UserAuthNMethod'),
    certificate: certificateOf(fields),
    ...{ method, uri },
    headers: headersOf(fields, 'RequestHeaders'),
    body: base64Of(fields, 'RequestBody'),
    key: keyOf(fields),
  };
}

function keyOf({ bytes, members }: Fields): string {
  const hash = createHash('sha256');
  for (const [key, { start, end }] of members) {
    if (requestMembers.has(key)) hash.update(bytes.subarray(start, end)).update('\n');
  }
  return hash.digest('hex');
}

function rawOf({ bytes, members }: Fields, key: string): string | undefined {
  const member = members.get(key);
  return member && bytes.toString('latin1', member.valueStart, member.end);
}

function stringOf(fields: Fields, key: string): string {
  const member = fields.members.get(key);
  if (member === undefined || fields.bytes[member.valueStart] !== byteOf.quote) return '';
  return textOf(fields.bytes, { start: member.valueStart, end: member.end });
}

function base64Of(fields: Fields, key: string): Buffer | null {
  const text = stringOf(fields, key);
  return text === '' ? null : Buffer.from(text, 'base64');
}

function headersOf(fields: Fields, key: string): ReadonlyMap<string, string> {
  const member = fields.members.get(key);
  const headers = new Map<string, string>();
  if (member === undefined) return headers;
  const bytes = fields.bytes.subarray(member.valueStart, member.end);
  const members = new Map((membersOf(bytes, maxDepth) ?? []).map((found) => [found.key, found]));
  for (const name of members.keys()) {
    headers.set(name.toLowerCase(), stringOf({ bytes, members }, name));
  }
  return headers;
}

/** Newer engines send the client's certificates, its own first: each as base64 of PEM. */
function certificateOf({ bytes, members }: Fields): string {
  const member = members.get('RequestPeerCertificates');
  if (member === undefined) return '';
  const list = bytes.subarray(member.valueStart, member.end);
  const first = elementsOf(list, maxDepth)?.[0];
  if (first === undefined || list[first.start] !== byteOf.quote) return '';
  const pem = Buffer.from(textOf(list, first), 'base64').toString('latin1');
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  return createHash('sha256').update(der).digest('hex');
}
