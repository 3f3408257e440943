import { type Detection } from '@auditstream/events/generated/types';
import { type Field } from './fields.ts';
import { named } from './read-event.ts';
import { millisText } from './times.ts';

/** A detection with the broker's clock, in epoch milliseconds, when it was appended to audit.detections. */
export type AppendedDetection = Detection & { readonly appendedAt: number };

type DetectionField = Field<AppendedDetection>;

/** `attack.t1078.004` is technique T1078.004; `attack.persistence` a tactic (Sigma specification, tags). */
function attackTags(tags: readonly string[], technique: boolean): readonly string[] {
  const names = tags.flatMap((tag) => (tag.startsWith('attack.') ? tag.slice(7) : []));
  const isTechnique = (name: string): boolean => /^t\d{4}/i.test(name);
  if (technique) return names.filter(isTechnique).map((name) => name.toUpperCase());
  return names.filter((name) => !isTechnique(name));
}

const alertFields: readonly DetectionField[] = [
  {
    name: '@timestamp',
    type: 'date',
    doc: 'Time of the last event of the detection.',
    read: ({ lastTime }) => millisText(lastTime),
  },
  { name: 'ecs.version', type: 'keyword', doc: 'Version of ECS.', read: () => '8.17.0' },
  {
    name: 'message',
    type: 'text',
    doc: 'One sentence: who did what to what, where, and which rule it met.',
    read: ({ summary }) => summary,
  },
  {
    name: 'event.id',
    type: 'keyword',
    doc: "The detection's id; also the document's id.",
    read: ({ id }) => id,
  },
  { name: 'event.kind', type: 'keyword', doc: 'Always `alert`.', read: () => 'alert' },
  {
    name: 'event.module',
    type: 'keyword',
    doc: 'Always `auditstream`.',
    read: () => 'auditstream',
  },
  {
    name: 'event.dataset',
    type: 'keyword',
    doc: 'Always `auditstream.detections`.',
    read: () => 'auditstream.detections',
  },
  {
    name: 'event.action',
    type: 'keyword',
    doc: 'Verb or action of the event.',
    read: ({ action }) => action,
  },
  {
    name: 'event.outcome',
    type: 'keyword',
    doc: 'Outcome of the action.',
    read: ({ outcome }) => outcome,
  },
  {
    name: 'event.severity',
    type: 'long',
    doc: 'Level as a number, 0 to 100.',
    read: ({ severity }) => severity,
  },
  {
    name: 'event.start',
    type: 'date',
    doc: 'Time of the first event.',
    read: ({ firstTime }) => millisText(firstTime),
  },
  {
    name: 'event.end',
    type: 'date',
    doc: 'Time of the last event.',
    read: ({ lastTime }) => millisText(lastTime),
  },
  {
    name: 'event.ingested',
    type: 'date',
    doc: "When this revision was durable in audit.detections, by the broker's clock.",
    read: ({ appendedAt }) => millisText(appendedAt * 1_000),
  },
  { name: 'rule.id', type: 'keyword', doc: 'Id of the rule.', read: ({ ruleId }) => ruleId },
  { name: 'rule.name', type: 'keyword', doc: 'Title of the rule.', read: ({ title }) => title },
  {
    name: 'rule.version',
    type: 'keyword',
    doc: 'Version of the rule that judged.',
    read: ({ ruleVersion }) => String(ruleVersion),
  },
  { name: 'tags', type: 'keyword', doc: 'Tags of the rule.', read: ({ tags }) => tags },
  {
    name: 'threat.technique.id',
    type: 'keyword',
    doc: 'ATT&CK techniques among the tags.',
    read: ({ tags }) => attackTags(tags, true),
  },
  {
    name: 'threat.tactic.name',
    type: 'keyword',
    doc: 'ATT&CK tactics among the tags.',
    read: ({ tags }) => attackTags(tags, false),
  },
];

const subjectFields: readonly DetectionField[] = [
  {
    name: 'user.name',
    type: 'keyword',
    doc: 'Who acted.',
    read: ({ actor }) => actor.name,
  },
  { name: 'user.id', type: 'keyword', doc: 'UID of the user.', read: ({ actor }) => actor.id },
  {
    name: 'user.effective.name',
    type: 'keyword',
    doc: 'Whom the user impersonated.',
    read: ({ effectiveActor }) => effectiveActor?.name,
  },
  {
    name: 'source.ip',
    type: 'ip',
    doc: 'Address of the actor.',
    read: ({ sourceAddress }) => sourceAddress,
  },
  {
    name: 'related.user',
    type: 'keyword',
    doc: 'All users of the detection.',
    read: ({ actor, effectiveActor }) => named([actor.name, effectiveActor?.name]),
  },
  {
    name: 'related.ip',
    type: 'ip',
    doc: 'All addresses of the detection.',
    read: ({ sourceAddress }) => sourceAddress,
  },
  {
    name: 'orchestrator.cluster.name',
    type: 'keyword',
    doc: 'Cluster or engine.',
    read: ({ cluster }) => cluster,
  },
  {
    name: 'orchestrator.namespace',
    type: 'keyword',
    doc: 'Namespace of the object.',
    read: ({ object }) => object?.namespace,
  },
  {
    name: 'orchestrator.resource.name',
    type: 'keyword',
    doc: 'Name of the object.',
    read: ({ object }) => object?.name,
  },
  {
    name: 'orchestrator.resource.type',
    type: 'keyword',
    doc: 'Resource or object type.',
    read: ({ object }) => object?.type,
  },
];

const detectionStateFields: readonly DetectionField[] = [
  {
    name: 'auditstream.cluster',
    type: 'keyword',
    doc: 'Cluster or engine.',
    read: ({ cluster }) => cluster,
  },
  {
    name: 'auditstream.source',
    type: 'keyword',
    doc: 'Kind of system.',
    read: ({ source }) => source,
  },
  {
    name: 'auditstream.origin',
    type: 'keyword',
    doc: '`live`, `late` or `replay`.',
    read: ({ origin }) => origin,
  },
  {
    name: 'auditstream.detection.revision',
    type: 'long',
    doc: 'Twice the number of requests, plus one once closed. The highest counts.',
    read: ({ revision }) => revision,
  },
  {
    name: 'auditstream.detection.state',
    type: 'keyword',
    doc: '`open`, `updated`, `closed` or `retracted`.',
    read: ({ state }) => state,
  },
  {
    name: 'auditstream.detection.kind',
    type: 'keyword',
    doc: 'Kind of rule.',
    read: ({ kind }) => kind,
  },
  {
    name: 'auditstream.detection.mode',
    type: 'keyword',
    doc: '`enforce`, `shadow` or `test`.',
    read: ({ mode }) => mode,
  },
  {
    name: 'auditstream.detection.level',
    type: 'keyword',
    doc: 'Sigma level.',
    read: ({ level }) => level,
  },
  {
    name: 'auditstream.detection.subresource',
    type: 'keyword',
    doc: 'Subresource of the object.',
    read: ({ object }) => object?.subresource,
  },
  {
    name: 'auditstream.detection.dedup_key',
    type: 'keyword',
    doc: 'The same over windows and rule versions.',
    read: ({ dedupKey }) => dedupKey,
  },
  {
    name: 'auditstream.detection.requests',
    type: 'long',
    doc: 'Distinct requests.',
    read: ({ requests }) => requests,
  },
  {
    name: 'auditstream.detection.event_ids',
    type: 'keyword',
    doc: 'event.id of the events, at most the first and last 20.',
    read: ({ eventIds }) => eventIds,
  },
  {
    name: 'auditstream.detection.matched',
    type: 'long-keyword',
    doc: 'What made the rule match, as `field=value`.',
    read: ({ matched }) => matched.map(({ field, value }) => `${field}=${value}`),
  },
  {
    name: 'auditstream.detection.false_positives',
    type: 'long-keyword',
    doc: "The rule's notes on false positives.",
    read: ({ falsePositives }) => falsePositives,
  },
  {
    name: 'auditstream.detection.bucket_time',
    type: 'date',
    doc: "Beginning of the detection's bucket; decides its index.",
    read: ({ bucketTime }) => millisText(bucketTime),
  },
];

/** Every field of a detection's document. */
export const detectionFields: readonly DetectionField[] = [
  ...alertFields,
  ...subjectFields,
  ...detectionStateFields,
];
