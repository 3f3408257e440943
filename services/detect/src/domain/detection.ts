import {
  type AuditEvent,
  type Detection,
  type DetectionOrigin,
} from '@auditstream/events/generated/types';
import { type MatchEvidence } from '@auditstream/sigma/evidence';
import { severityOf } from '@auditstream/sigma/level';
import { clip, clipActor, clipAll, clipMatched, clipObject, clipOptional, limits } from './clip.ts';
import { type UsableVersion } from './compiled-version.ts';
import { dedupKey, detectionId } from './identity.ts';
import { endsRequest } from './judged.ts';
import { summarise } from './summary.ts';

/** An event is late where it was appended more than so many milliseconds after it happened. */
const latenessMillis = 3_600_000;

/** What a rule on single events found: a pure function of event and version, at most 64 KiB. */
export function detectionOf(
  event: AuditEvent,
  { version, rule: { rule } }: UsableVersion,
  evidence: MatchEvidence,
): Detection {
  const isClosed = endsRequest(event);
  return {
    id: detectionId(version.id, event.requestId),
    revision: revisionOf({ requests: 1, isClosed }),
    dedupKey: dedupKey('rule', version.id, event),
    state: isClosed ? 'closed' : 'open',
    mode: version.mode,
    origin: originOf(event),
    kind: 'rule',
    ruleId: version.id,
    ruleVersion: version.version,
    title: clip(rule.title, limits.title),
    level: rule.level,
    severity: severityOf(rule.level),
    tags: clipAll(rule.tags, { count: limits.tags, bytes: limits.entry }),
    ...aboutEvent(event),
    requests: 1,
    eventIds: [event.id],
    matched: clipMatched(evidence.fields),
    falsePositives: clipAll(rule.falsepositives, { count: limits.notes, bytes: limits.note }),
    summary: summarise(event, rule.title),
  };
}

type AboutEvent = Pick<
  Detection,
  | 'cluster'
  | 'source'
  | 'actor'
  | 'effectiveActor'
  | 'action'
  | 'object'
  | 'outcome'
  | 'sourceAddress'
  | 'bucketTime'
  | 'firstTime'
  | 'lastTime'
>;

function aboutEvent(event: AuditEvent): AboutEvent {
  return {
    cluster: clip(event.cluster, limits.text),
    source: event.source,
    actor: clipActor(event.actor),
    effectiveActor: event.effectiveActor && clipActor(event.effectiveActor),
    action: clip(event.action, limits.name),
    object: event.object && clipObject(event.object),
    outcome: event.outcome,
    sourceAddress: clipOptional(event.sourceAddress),
    bucketTime: event.kubernetes?.requestReceivedAt ?? event.time,
    firstTime: event.time,
    lastTime: event.time,
  };
}

/** The highest revision of a detection counts: more requests beat fewer, closed beats open. */
function revisionOf({
  requests,
  isClosed,
}: {
  readonly requests: number;
  readonly isClosed: boolean;
}): number {
  return 2 * requests + (isClosed ? 1 : 0);
}

function originOf({ origin, appendedAt, time }: AuditEvent): DetectionOrigin {
  if (origin === 'replay') return 'replay';
  return appendedAt - time / 1000 > latenessMillis ? 'late' : 'live';
}
