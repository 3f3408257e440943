import { type AuditEvent, type DockerCall } from '@auditstream/events/generated/types';
import { type Field, type FieldType, type FieldValue } from './fields.ts';

/** A field that only calls of Docker's API have (docs/docker-authz.md). */
function field(
  name: string,
  type: FieldType,
  rest: { readonly doc: string; readonly read: (call: DockerCall) => FieldValue },
): Field<AuditEvent> {
  const { doc, read } = rest;
  return { name, type, doc, read: ({ docker }) => (docker?.call ? read(docker.call) : null) };
}

export const callFields: readonly Field<AuditEvent>[] = [
  field('docker.call.id', 'keyword', {
    doc: "Equal in all events of one call of Docker's API.",
    read: ({ callId }) => callId,
  }),
  field('docker.call.stage', 'keyword', {
    doc: '`complete`, or `open` while there was no response.',
    read: ({ stage }) => stage,
  }),
  field('docker.call.method', 'keyword', {
    doc: 'HTTP method of the call.',
    read: ({ method }) => method,
  }),
  field('docker.call.uri', 'long-keyword', {
    doc: 'URI of the call.',
    read: ({ uri }) => uri,
  }),
  field('docker.call.api_version', 'keyword', {
    doc: 'Version of the API that the client asked for.',
    read: ({ apiVersion }) => apiVersion,
  }),
  field('docker.call.authentication', 'keyword', {
    doc: '`TLS` where the user is a client certificate.',
    read: ({ authentication }) => authentication,
  }),
  field('docker.call.body', 'keyword', {
    doc: '`json`, `none`, `withheld`, `missing` or `unreadable`: what the engine showed of the body.',
    read: ({ bodyState }) => bodyState,
  }),
  field('docker.call.body_bytes', 'long', {
    doc: 'Size of the body.',
    read: ({ bodySize }) => bodySize,
  }),
  field('docker.call.configuration', 'long-keyword', {
    doc: 'What was asked for, as `path=value`: `HostConfig.Privileged=true`.',
    read: ({ configuration }) => configuration,
  }),
  field('docker.call.created_id', 'keyword', {
    doc: 'Id of what the call created: by it, the events of an exec or a container are found.',
    read: ({ createdId }) => createdId,
  }),
  {
    name: 'docker.call.status_code',
    type: 'long',
    doc: 'HTTP status of the response, where the engine told it.',
    read: ({ docker, statusCode }) => (docker?.call ? statusCode : null),
  },
  field('event.duration', 'long', {
    doc: 'Nanoseconds from the request to the response.',
    read: ({ durationNano }) => durationNano,
  }),
];
