import {
  type AuditEvent,
  type DockerDetails,
  type ObjectReference,
} from '@auditstream/events/generated/types';
import { callFields } from './docker-authz-fields.ts';
import { type Field, type FieldType, type FieldValue } from './fields.ts';
import { configurationFields } from './docker-configuration-fields.ts';
import { commandLine, keyValues } from './read-event.ts';

type EventField = Field<AuditEvent>;
type DockerEvent = AuditEvent & { readonly docker: DockerDetails };

/** A field that only events of Docker have. */
function field(
  name: string,
  type: FieldType,
  rest: { readonly doc: string; readonly read: (event: DockerEvent) => FieldValue },
): EventField {
  const { doc, read } = rest;
  return { name, type, doc, read: (event) => (isDocker(event) ? read(event) : null) };
}

function isDocker(event: AuditEvent): event is DockerEvent {
  return event.docker !== null;
}

function containerOf({ object }: AuditEvent): ObjectReference | undefined {
  return object?.type === 'container' ? object : undefined;
}

export const dockerFields: readonly EventField[] = [
  field('host.name', 'keyword', {
    doc: 'The engine, as the configuration names it.',
    read: ({ cluster }) => cluster,
  }),
  field('container.id', 'keyword', {
    doc: 'Id of the container.',
    read: (event) => containerOf(event)?.id,
  }),
  field('container.name', 'keyword', {
    doc: 'Name of the container.',
    read: (event) => containerOf(event)?.name,
  }),
  field('process.exit_code', 'long', {
    doc: 'Exit code of a process that ended.',
    read: ({ statusCode, docker }) => (docker.call ? null : statusCode),
  }),
  field('process.command_line', 'long-keyword', {
    doc: 'Command of an exec; of a call of the API, of a container too.',
    read: commandLine,
  }),
  field('docker.event.type', 'keyword', {
    doc: '`Type` of the event: container, image, volume, network, daemon and the like.',
    read: ({ object }) => object?.type,
  }),
  field('docker.event.action', 'long-keyword', {
    doc: '`Action` of the event, whole.',
    read: ({ action }) => action,
  }),
  field('docker.event.scope', 'keyword', {
    doc: '`local` or `swarm`.',
    read: ({ docker }) => docker.scope || null,
  }),
  field('docker.event.time_nano', 'keyword', {
    doc: '`timeNano` with all its digits.',
    read: ({ docker }) => docker.timeNano || null,
  }),
  field('docker.actor.id', 'keyword', {
    doc: '`Actor.ID`: the object that the event is about.',
    read: ({ object }) => object?.id,
  }),
  field('docker.actor.name', 'keyword', {
    doc: 'Name of that object.',
    read: ({ object }) => object?.name,
  }),
  field('docker.actor.attributes', 'long-keyword', {
    doc: '`Actor.Attributes` as `key=value`.',
    read: ({ docker }) => keyValues(docker.attributes),
  }),
  ...callFields,
  ...configurationFields,
];
