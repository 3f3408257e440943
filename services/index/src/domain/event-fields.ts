import { type AuditEvent } from '@auditstream/events/generated/types';
import { exactBase64, exactText } from './body-text.ts';
import { dockerFields } from './docker-fields.ts';
import { categorize } from './ecs-category.ts';
import { type Field } from './fields.ts';
import { classOf } from './index-names.ts';
import { kubernetesFields } from './kubernetes-fields.ts';
import { noticeFields } from './notice-fields.ts';
import { actionName, keyValues, named, datasetOf } from './read-event.ts';
import { millisText, microsText } from './times.ts';

type EventField = Field<AuditEvent>;

const eventFieldSet: readonly EventField[] = [
  {
    name: '@timestamp',
    type: 'date',
    doc: 'When it happened: stageTimestamp of Kubernetes, timeNano of Docker.',
    read: ({ time }) => millisText(time),
  },
  { name: 'ecs.version', type: 'keyword', doc: 'Version of ECS.', read: () => '8.17.0' },
  {
    name: 'event.id',
    type: 'keyword',
    doc: "The event's identity, a hash of its content; also the document's id.",
    read: ({ id }) => id,
  },
  { name: 'event.kind', type: 'keyword', doc: 'Always `event`.', read: () => 'event' },
  {
    name: 'event.module',
    type: 'keyword',
    doc: '`kubernetes`, `docker`, or `auditstream` for notices.',
    read: ({ source }) => source,
  },
  {
    name: 'event.dataset',
    type: 'keyword',
    doc: '`kubernetes.audit_logs`, `docker.events` or `auditstream.notices`.',
    read: datasetOf,
  },
  {
    name: 'event.action',
    type: 'keyword',
    doc: 'Kubernetes verb, Docker action up to its colon, or what a notice tells of.',
    read: actionName,
  },
  {
    name: 'event.category',
    type: 'keyword',
    doc: '`iam`, `authentication`, `process` or `configuration`.',
    read: (event) => categorize(event, actionName(event)).category,
  },
  {
    name: 'event.type',
    type: 'keyword',
    doc: '`creation`, `change`, `deletion`, `access`, `start`, `end` or `info`; with `allowed` or `denied` where the authorizer decided.',
    read: (event) => categorize(event, actionName(event)).type,
  },
  {
    name: 'event.outcome',
    type: 'keyword',
    doc: '`success`, `failure`, or `unknown` while there is no response.',
    read: ({ outcome }) => outcome,
  },
  {
    name: 'event.reason',
    type: 'long-keyword',
    doc: "The authorizer's reason, else the response's message; what a health check said; a notice's message.",
    read: ({ reason }) => reason,
  },
  {
    name: 'event.start',
    type: 'date',
    doc: 'When the API server received the request.',
    read: ({ kubernetes }) =>
      typeof kubernetes?.requestReceivedAt === 'number'
        ? millisText(kubernetes.requestReceivedAt)
        : null,
  },
  {
    name: 'event.created',
    type: 'date',
    doc: "When it reached Auditstream, by ingest's clock.",
    read: ({ receivedAt }) => millisText(receivedAt * 1_000),
  },
  {
    name: 'event.ingested',
    type: 'date',
    doc: "When it was durable in audit.ingested, by the broker's clock.",
    read: ({ appendedAt }) => millisText(appendedAt * 1_000),
  },
  {
    name: 'event.original',
    type: 'stored',
    doc: "The event's exact bytes as text, after redaction.",
    read: ({ body }) => exactText(body),
  },
];

const whoFields: readonly EventField[] = [
  {
    name: 'user.name',
    type: 'keyword',
    doc: 'Who authenticated; `unknown` where the source names nobody.',
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
    name: 'user.effective.id',
    type: 'keyword',
    doc: 'UID of whom the user impersonated.',
    read: ({ effectiveActor }) => effectiveActor?.id,
  },
  {
    name: 'source.ip',
    type: 'ip',
    doc: 'The address nearest to the server: the only one that a client cannot make up.',
    read: ({ sourceAddress }) => sourceAddress,
  },
  {
    name: 'source.address',
    type: 'keyword',
    doc: 'The same, whether or not it is an IP address.',
    read: ({ sourceAddress }) => sourceAddress,
  },
  {
    name: 'client.ip',
    type: 'ip',
    doc: 'The first address, which the client may have made up.',
    read: ({ sourceAddresses }) => sourceAddresses[0],
  },
  {
    name: 'user_agent.original',
    type: 'long-keyword',
    doc: 'User agent as the client sent it.',
    read: ({ userAgent }) => userAgent,
  },
  {
    name: 'related.ip',
    type: 'ip',
    doc: 'All addresses of the event.',
    read: ({ sourceAddresses }) => sourceAddresses,
  },
  {
    name: 'related.user',
    type: 'keyword',
    doc: 'All users of the event.',
    read: ({ actor, effectiveActor }) => named([actor.name, effectiveActor?.name]),
  },
];

/** ECS cloud.provider of each exporter. */
const clouds: Readonly<Record<string, string>> = { eks: 'aws', gke: 'gcp', aks: 'azure' };

const whereFields: readonly EventField[] = [
  {
    name: 'cloud.provider',
    type: 'keyword',
    doc: 'Cloud whose managed service exported the event: `aws`, `gcp`, `azure`.',
    read: ({ exporter }) => (exporter === null ? null : clouds[exporter]),
  },
  {
    name: 'cloud.service.name',
    type: 'keyword',
    doc: 'Managed service that exported the event: `eks`, `gke`, `aks`.',
    read: ({ exporter }) => exporter,
  },
  {
    name: 'orchestrator.cluster.name',
    type: 'keyword',
    doc: 'Cluster or engine, as the credential or the configuration names it.',
    read: ({ cluster }) => cluster,
  },
  {
    name: 'orchestrator.resource.type',
    type: 'keyword',
    doc: 'Kubernetes resource (plural, lower case), Docker object type, or kind of source of a notice.',
    read: ({ object }) => object?.type,
  },
  {
    name: 'orchestrator.resource.name',
    type: 'keyword',
    doc: 'Name of the object.',
    read: ({ object }) => object?.name,
  },
  {
    name: 'container.image.name',
    type: 'keyword',
    doc: 'Container images that the event names.',
    read: ({ images }) => images,
  },
];

const pipelineFields: readonly EventField[] = [
  {
    name: 'auditstream.request_id',
    type: 'keyword',
    doc: 'The same for all stages of one request.',
    read: ({ requestId }) => requestId,
  },
  {
    name: 'auditstream.cluster',
    type: 'keyword',
    doc: 'Cluster or engine.',
    read: ({ cluster }) => cluster,
  },
  {
    name: 'auditstream.source',
    type: 'keyword',
    doc: 'Kind of system: `kubernetes`, `docker`, or `auditstream` for notices.',
    read: ({ source }) => source,
  },
  {
    name: 'auditstream.class',
    type: 'keyword',
    doc: 'Class of the event: `change` or `read`.',
    read: classOf,
  },
  {
    name: 'auditstream.origin',
    type: 'keyword',
    doc: '`live`, or `replay` for what was sent in again from a recording.',
    read: ({ origin }) => origin,
  },
  {
    name: 'auditstream.delivery',
    type: 'keyword',
    doc: 'How it reached ingest: `webhook`, `file`, `engine`; `notice` for what ingest tells itself.',
    read: ({ delivery }) => delivery,
  },
  {
    name: 'auditstream.partition',
    type: 'integer',
    doc: 'Partition of audit.ingested that holds the record.',
    read: ({ partition }) => partition,
  },
  {
    name: 'auditstream.offset',
    type: 'long',
    doc: 'Offset of the record in that partition.',
    read: ({ offset }) => offset,
  },
  {
    name: 'auditstream.time',
    type: 'date-nanos',
    doc: '@timestamp to the microsecond.',
    read: ({ time }) => microsText(time),
  },
  {
    name: 'auditstream.annotations',
    type: 'long-keyword',
    doc: "The event's annotations as `key=value`.",
    read: ({ kubernetes }) => keyValues(kubernetes?.annotations),
  },
  {
    name: 'auditstream.redactions',
    type: 'long-keyword',
    doc: 'What was taken out of the event, as `kind path`; at most 256.',
    read: ({ redactions }) => redactions.map(({ kind, path }) => `${kind} ${path}`),
  },
  {
    name: 'auditstream.redacted',
    type: 'integer',
    doc: 'How many values were taken out of the event; missing where none was.',
    read: ({ redacted }) => (redacted > 0 ? redacted : null),
  },
  {
    name: 'auditstream.truncated_bytes',
    type: 'long',
    doc: 'Bytes of bodies that were replaced by their size, of an event above 8 MiB.',
    read: ({ truncatedBytes }) => (truncatedBytes > 0 ? truncatedBytes : null),
  },
  {
    name: 'auditstream.original_base64',
    type: 'stored',
    doc: "The event's exact bytes where they are no UTF-8.",
    read: ({ body }) => exactBase64(body),
  },
];

/** Every field of an event's document. */
export const eventFields: readonly EventField[] = [
  ...eventFieldSet,
  ...whoFields,
  ...whereFields,
  ...kubernetesFields,
  ...dockerFields,
  ...noticeFields,
  ...pipelineFields,
];
