import { type AuditEvent, type DockerConfiguration } from '@auditstream/events/generated/types';
import { type Field, type FieldType, type FieldValue } from './fields.ts';

interface Spec {
  readonly doc: string;
  readonly read: (configuration: DockerConfiguration) => FieldValue;
  /** `keyword` if not given. */
  readonly type?: FieldType;
}

/** A field that only the record of a container's configuration has. */
function field(name: string, { doc, read, type = 'keyword' }: Spec): Field<AuditEvent> {
  return {
    ...{ name, type, doc },
    read: ({ docker }) => (docker?.configuration ? read(docker.configuration) : null),
  };
}

const imageFields: readonly Field<AuditEvent>[] = [
  field('container.image.hash.all', {
    doc: 'Digests of the image: of its configuration, and those by which registries know it.',
    read: ({ imageId, imageDigests }) => [
      ...(imageId === null ? [] : [imageId]),
      ...imageDigests.map((reference) => reference.slice(reference.indexOf('@') + 1)),
    ],
  }),
  field('docker.container.image_digests', {
    doc: '`RepoDigests` of the image: name and digest.',
    read: ({ imageDigests }) => imageDigests,
  }),
];

const privilegeFields: readonly Field<AuditEvent>[] = [
  field('docker.container.privileged', {
    doc: '`HostConfig.Privileged`: `true` or `false`.',
    read: ({ privileged }) => (privileged === null ? null : String(privileged)),
  }),
  field('docker.container.capabilities_added', {
    doc: '`HostConfig.CapAdd`.',
    read: ({ capabilitiesAdded }) => capabilitiesAdded,
  }),
  field('docker.container.capabilities_dropped', {
    doc: '`HostConfig.CapDrop`.',
    read: ({ capabilitiesDropped }) => capabilitiesDropped,
  }),
  field('docker.container.security_options', {
    doc: '`HostConfig.SecurityOpt`.',
    read: ({ securityOptions }) => securityOptions,
  }),
  field('docker.container.devices', {
    doc: 'Paths of `HostConfig.Devices` on the host.',
    read: ({ devices }) => devices,
  }),
  field('docker.container.mounts', {
    doc: '`Mounts`, each as `type:source:destination:rw` or `:ro`.',
    type: 'long-keyword',
    read: ({ mounts }) => mounts,
  }),
];

const placeFields: readonly Field<AuditEvent>[] = [
  field('docker.container.network_mode', {
    doc: '`HostConfig.NetworkMode`.',
    read: ({ networkMode }) => networkMode,
  }),
  field('docker.container.pid_mode', {
    doc: '`HostConfig.PidMode`.',
    read: ({ pidMode }) => pidMode,
  }),
  field('docker.container.ipc_mode', {
    doc: '`HostConfig.IpcMode`.',
    read: ({ ipcMode }) => ipcMode,
  }),
  field('docker.container.user', {
    doc: '`Config.User`; missing where the image decides, or it is root.',
    read: ({ user }) => user,
  }),
  field('docker.container.environment', {
    doc: 'Names of the variables in `Config.Env`; never their values.',
    read: ({ environmentNames }) => environmentNames,
  }),
  field('docker.container.restart_policy', {
    doc: '`HostConfig.RestartPolicy.Name`.',
    read: ({ restartPolicy }) => restartPolicy,
  }),
  field('docker.container.command_line', {
    doc: 'What the container runs.',
    type: 'long-keyword',
    read: ({ command }) => command,
  }),
  field('docker.container.not_inspected', {
    doc: 'Why its configuration is not known: `gone`, `engine-error`, `too-large` or `queue-full`.',
    read: ({ notInspected }) => notInspected,
  }),
];

/** With what a container was created. */
export const configurationFields: readonly Field<AuditEvent>[] = [
  ...imageFields,
  ...privilegeFields,
  ...placeFields,
];
