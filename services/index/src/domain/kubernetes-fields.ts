import { type AuditEvent, type KubernetesDetails } from '@auditstream/events/generated/types';
import { type Field, type FieldAlias, type FieldType, type FieldValue } from './fields.ts';
import { named, splitUri } from './read-event.ts';
import { microsText } from './times.ts';

type EventField = Field<AuditEvent>;
type KubernetesEvent = AuditEvent & { readonly kubernetes: KubernetesDetails };

/** A field that only events of Kubernetes have. */
function field(
  name: string,
  type: FieldType,
  rest: { readonly doc: string; readonly read: (event: KubernetesEvent) => FieldValue },
): EventField {
  const { doc, read } = rest;
  return { name, type, doc, read: (event) => (isKubernetes(event) ? read(event) : null) };
}

function isKubernetes(event: AuditEvent): event is KubernetesEvent {
  return event.kubernetes !== null;
}

/** A field of the Kubernetes audit integration, named as in the event. */
function audit(
  name: string,
  type: FieldType,
  read: (event: KubernetesEvent) => FieldValue,
): EventField {
  return field(`kubernetes.audit.${name}`, type, { doc: `\`${name}\` of the event.`, read });
}

const auditFields: readonly EventField[] = [
  audit('auditID', 'keyword', ({ kubernetes }) => kubernetes.auditId),
  audit('stage', 'keyword', ({ kubernetes }) => kubernetes.stage),
  audit('level', 'keyword', ({ kubernetes }) => kubernetes.level),
  audit('verb', 'keyword', ({ action }) => action),
  audit('requestURI', 'long-keyword', ({ kubernetes }) => kubernetes.requestUri),
  audit('user.username', 'keyword', ({ actor }) => named([actor.name])[0]),
  audit('user.uid', 'keyword', ({ actor }) => actor.id),
  audit('user.groups', 'keyword', ({ actor }) => actor.groups),
  audit(
    'impersonatedUser.username',
    'keyword',
    ({ effectiveActor }) => named([effectiveActor?.name])[0],
  ),
  audit('impersonatedUser.uid', 'keyword', (event) => event.effectiveActor?.id),
  audit('impersonatedUser.groups', 'keyword', (event) => event.effectiveActor?.groups),
  audit('sourceIPs', 'ip', ({ sourceAddresses }) => sourceAddresses),
  audit('userAgent', 'long-keyword', ({ userAgent }) => userAgent),
  audit('objectRef.resource', 'keyword', ({ object }) => object?.type),
  audit('objectRef.namespace', 'keyword', ({ object }) => object?.namespace),
  audit('objectRef.name', 'keyword', ({ object }) => object?.name),
  audit('objectRef.uid', 'keyword', ({ object }) => object?.id),
  audit('objectRef.apiGroup', 'keyword', ({ object }) => object?.group),
  audit('objectRef.apiVersion', 'keyword', ({ object }) => object?.version),
  audit('objectRef.subresource', 'keyword', ({ object }) => object?.subresource),
  audit('responseStatus.code', 'integer', ({ statusCode }) => statusCode),
  audit('requestReceivedTimestamp', 'date-nanos', ({ kubernetes }) =>
    kubernetes.requestReceivedAt === null ? null : microsText(kubernetes.requestReceivedAt),
  ),
  audit('stageTimestamp', 'date-nanos', ({ time }) => microsText(time)),
];

const decisionFields: readonly EventField[] = ['decision', 'reason'].map((name) =>
  field(`kubernetes.audit.annotations.authorization_k8s_io/${name}`, 'long-keyword', {
    doc: `The authorizer's ${name}.`,
    read: ({ kubernetes }) => kubernetes.annotations[`authorization.k8s.io/${name}`] || null,
  }),
);

const commonFields: readonly EventField[] = [
  field('orchestrator.type', 'keyword', { doc: '`kubernetes`.', read: () => 'kubernetes' }),
  field('orchestrator.namespace', 'keyword', {
    doc: 'Namespace of the object.',
    read: ({ object }) => object?.namespace,
  }),
  field('orchestrator.api_version', 'keyword', {
    doc: 'API version of the object.',
    read: ({ object }) => object?.version,
  }),
  field('http.response.status_code', 'long', {
    doc: 'Status of the response.',
    read: ({ statusCode }) => statusCode,
  }),
  field('url.path', 'long-keyword', {
    doc: 'Path of the request.',
    read: ({ kubernetes }) => splitUri(kubernetes.requestUri).path,
  }),
  field('url.query', 'long-keyword', {
    doc: 'Query of the request.',
    read: ({ kubernetes }) => splitUri(kubernetes.requestUri).query,
  }),
];

export const kubernetesFields: readonly EventField[] = [
  ...auditFields,
  ...decisionFields,
  ...commonFields,
];

/** The API server's own spellings, as Sigma rules use them. */
export const kubernetesAliases: readonly FieldAlias[] = [
  ...['auditID', 'stage', 'level', 'verb', 'requestURI', 'sourceIPs', 'userAgent'],
  ...['user.username', 'user.uid', 'user.groups'],
  ...['impersonatedUser.username', 'impersonatedUser.groups', 'responseStatus.code'],
  ...['objectRef.resource', 'objectRef.namespace', 'objectRef.name', 'objectRef.uid'],
  ...['objectRef.apiGroup', 'objectRef.apiVersion', 'objectRef.subresource'],
].map((name) => ({ name, path: `kubernetes.audit.${name}` }));
