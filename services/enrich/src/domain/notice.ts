import { type NoticeDetails, type Outcome } from '@auditstream/events/generated/types';
import { asObject, asText, asTextMap, type JsonObject } from './json.ts';
import { type Findings, unknownName } from './record.ts';
import { parseMicros } from './timestamp.ts';

const maxDetails = 64;

/** Who acts in a notice: it is Auditstream that saw it. */
const itself = { name: 'auditstream', id: null, groups: [] };

const outcomes: Readonly<Record<string, Outcome | undefined>> = {
  'source-gap': 'failure',
  'source-silent': 'failure',
  'source-resumed': 'success',
  'events-missing': 'failure',
  'sequence-hole': 'failure',
};

/** What a notice of Auditstream itself says; docs/notices.md has its members. */
export function noticeFindings(event: JsonObject): Findings {
  const action = asText(event['action']) ?? unknownName;
  return {
    actor: itself,
    effectiveActor: null,
    action,
    object: objectOf(asObject(event['subject'])),
    outcome: outcomes[action] ?? 'unknown',
    reason: asText(event['message']) ?? null,
    statusCode: null,
    sourceAddress: null,
    sourceAddresses: [],
    userAgent: null,
    images: [],
    kubernetes: null,
    docker: null,
    notice: detailsOf(event),
  };
}

function objectOf(subject: JsonObject | undefined): Findings['object'] {
  const type = asText(subject?.['type']);
  if (type === undefined) return null;
  const name = asText(subject?.['name']) ?? null;
  return { type, group: null, version: null, subresource: null, namespace: null, name, id: null };
}

function detailsOf(event: JsonObject): NoticeDetails {
  const timeAt = (name: string): number | null => parseMicros(asText(event[name])) ?? null;
  const details = asTextMap(event['details'], maxDetails, () => true);
  return { from: timeAt('from'), to: timeAt('to'), details };
}
