/** Events of the Docker authorization plugin, and the other lines of its journal (docs/docker-authz.md). */
import { type Redaction, type RedactionKind } from '@auditstream/item/redact/redaction';
import { type ScannedItem } from '@auditstream/item/json-scan';
import { type EventFacts } from './event-facts.ts';
import { callRequestId } from './identity.ts';
import { rawMember, requireObject, requireText, stringMember } from './item-members.ts';

/** @throws RejectedItem where it is no event */
export function authzFacts(cluster: string, item: ScannedItem, micros: number): EventFacts {
  requireText(item, 'action');
  const callId = requireText(item, 'callId');
  const object = requireObject(item, 'object');
  const name = stringMember(object, 'name') ?? stringMember(object, 'id');
  const redactions = redactionsOf(rawMember(item, 'redactions'));
  return {
    ...{ micros, requestId: callRequestId(cluster, callId) },
    object: name === undefined ? null : [requireText(object, 'type'), name],
    ...(redactions.length === 0 ? {} : { redactions }),
  };
}

const kinds: readonly string[] = ['private_key', 'cloud_key', 'token', 'password', 'opaque'];

function redactionsOf(text: string | undefined): readonly Redaction[] {
  // Its spelling was read as latin1, which keeps the bytes.
  const list: unknown = JSON.parse(Buffer.from(text ?? '[]', 'latin1').toString('utf8'));
  return Array.isArray(list) ? list.filter(isRedaction) : [];
}

function isRedaction(value: unknown): value is Redaction {
  const { path, kind, size } = (value ?? {}) as Partial<Record<keyof Redaction, unknown>>;
  return typeof path === 'string' && isKind(kind) && Number.isSafeInteger(size);
}

function isKind(kind: unknown): kind is RedactionKind {
  return typeof kind === 'string' && kinds.includes(kind);
}

/** What a line of the journal is to ingest. */
export type JournalLine =
  | { readonly type: 'item' }
  /** A call that has no event yet: one follows. */
  | { readonly type: 'request' }
  | { readonly type: 'gap'; readonly gap: JournalGap };

/** Events that the plugin could not keep. */
export interface JournalGap {
  readonly reason: string;
  readonly count: number;
  /** Microseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const gap =
  /^\{"authz":"gap","reason":"([a-z]{1,32})","count":(\d{1,15}),"from":"(\d{4,19})","to":"(\d{4,19})"\}$/;
const headBytes = 256;

export function readJournalLine(line: Buffer): JournalLine {
  const head = line.toString('latin1', 0, headBytes);
  if (head.startsWith('{"authz":"request",')) return { type: 'request' };
  const match = gap.exec(head);
  if (match === null) return { type: 'item' };
  const [, reason = '', count, from = '', to = ''] = match;
  const micros = (digits: string): number => Number(digits.slice(0, -3));
  return {
    type: 'gap',
    gap: { reason, count: Number(count), from: micros(from), to: micros(to) },
  };
}
