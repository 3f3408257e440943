/** An entry of a Cloud Audit Log as an event of audit.k8s.io/v1. docs/kubernetes-exports.md has the table. */
import { type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, rawMember, stringMember } from '../item-members.ts';
import { googleObject } from './google-object.ts';
import { httpStatus } from './google-status.ts';
import { bytesAt, memberOf, objectIn, objectOf, without } from './json-values.ts';

/**
 * Request and response are moved over as they are. All else of the entry follows under `logEntry`, exactly:
 * with it the entry can be put together again.
 */
export function googleEvent(entry: ScannedItem, payload: ScannedItem): Buffer {
  const method = textAt(payload, 'methodName') ?? '';
  const { requestURI, objectRef } = googleObject(textAt(payload, 'resourceName') ?? pathOf(method));
  const [request, response] = [bodyAt(payload, 'request'), bodyAt(payload, 'response')];
  const metadata = objectMember(payload, 'requestMetadata');
  const timestamp = textAt(entry, 'timestamp');
  const stage = stageOf(entry);
  const opens = stage === 'ResponseStarted' && streams.has(objectRef?.['subresource'] ?? '');
  return objectOf([
    ...member('level', levelOf(request, response)),
    ...member('auditID', auditIdOf(entry)),
    ...member('stage', stage),
    ...member('requestURI', requestURI),
    ...member('verb', verbOf(method)),
    ...usersOf(payload),
    ...member('sourceIPs', listOf(metadata && textAt(metadata, 'callerIp'))),
    ...member('userAgent', metadata && textAt(metadata, 'callerSuppliedUserAgent')),
    ...member('objectRef', objectRef ?? undefined),
    ...member('responseStatus', statusOf(payload, response, opens)),
    ...bytesMember('requestObject', request),
    ...bytesMember('responseObject', response),
    ...member('requestReceivedTimestamp', timestamp),
    ...member('stageTimestamp', timestamp),
    ...bytesMember('annotations', bytesAt(entry, 'labels')),
    memberOf('logEntry', restOf(entry, payload)),
  ]);
}

const verbs: ReadonlySet<string> = new Set([
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['post', 'put', 'head', 'options', 'connect', 'proxy'],
]);

/** `io.k8s.core.v1.pods.create` ends in the verb; `io.k8s.readyz` has none, and is what is looked at. */
function verbOf(method: string): string {
  const last = method.slice(method.lastIndexOf('.') + 1).toLowerCase();
  return verbs.has(last) ? last : 'get';
}

/** The path that a method without a resource names. */
function pathOf(method: string): string {
  return method.slice(method.lastIndexOf('.') + 1);
}

function member(key: string, value: unknown): readonly Buffer[] {
  return value === undefined ? [] : [memberOf(key, Buffer.from(JSON.stringify(value)))];
}

function bytesMember(key: string, value: Buffer | undefined): readonly Buffer[] {
  return value === undefined ? [] : [memberOf(key, value)];
}

function textAt(item: ScannedItem, key: string): string | undefined {
  const text = stringMember(item, key);
  return text === '' ? undefined : text;
}

function listOf(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : [text];
}

/** An empty object is none. */
function bodyAt(payload: ScannedItem, key: 'request' | 'response'): Buffer | undefined {
  const value = bytesAt(payload, key);
  const isEmpty = value === undefined || objectIn(value)?.members.length === 0;
  return isEmpty || value.toString('latin1') === 'null' ? undefined : value;
}

function levelOf(request: Buffer | undefined, response: Buffer | undefined): string {
  if (response !== undefined) return 'RequestResponse';
  return request === undefined ? 'Metadata' : 'Request';
}

/** GKE gives the request's audit id as the operation's. */
function auditIdOf(entry: ScannedItem): string | undefined {
  const operation = objectMember(entry, 'operation');
  return (operation && textAt(operation, 'id')) ?? textAt(entry, 'insertId');
}

/** The first of several entries about one operation tells that it has begun. */
function stageOf(entry: ScannedItem): string {
  const operation = objectMember(entry, 'operation');
  const is = (key: string): boolean =>
    operation !== undefined && rawMember(operation, key) === 'true';
  return is('first') && !is('last') ? 'ResponseStarted' : 'ResponseComplete';
}

/** Who asked; where only a selector is given, nobody else was known. */
function usersOf(payload: ScannedItem): readonly Buffer[] {
  const authentication = objectMember(payload, 'authenticationInfo');
  const read = (key: string): string | undefined => authentication && textAt(authentication, key);
  const principal = read('principalEmail') ?? read('principalSubject');
  const selector = read('authoritySelector');
  const username = principal ?? selector;
  const isOther = principal !== undefined && selector !== undefined && selector !== principal;
  return [
    ...member('user', username === undefined ? {} : { username }),
    ...member('impersonatedUser', isOther ? { username: selector } : undefined),
  ];
}

/** The API server's own code where the answer is a Status, else what the entry's status stands for. */
function statusOf(payload: ScannedItem, response: Buffer | undefined, opens: boolean): object {
  const answer = response && objectIn(response);
  const own = answer && isStatus(answer) ? numberAt(answer, 'code') : undefined;
  const status = objectMember(payload, 'status');
  const rpc = (status && numberAt(status, 'code')) ?? 0;
  const code = own ?? (rpc === 0 && opens ? switchingProtocols : httpStatus(rpc));
  const message = status && textAt(status, 'message');
  return { metadata: {}, code, ...(message === undefined ? {} : { message }) };
}

const switchingProtocols = 101;
/** Connections that stay open: an API server answers them with 101. */
const streams: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

function isStatus(answer: ScannedItem): boolean {
  return stringMember(answer, 'kind') === 'Status' || stringMember(answer, '@type') === statusType;
}

const statusType = 'core.k8s.io/v1.Status';

function numberAt(item: ScannedItem, key: string): number | undefined {
  const digits = rawMember(item, key) ?? '';
  return /^\d{1,3}$/.test(digits) ? Number(digits) : undefined;
}

function restOf(entry: ScannedItem, payload: ScannedItem): Buffer {
  const rest = without(payload, ['request', 'response']);
  const members = entry.members.map(({ key, start, end }) =>
    key === 'protoPayload' ? memberOf(key, rest) : entry.bytes.subarray(start, end),
  );
  return objectOf(members);
}
