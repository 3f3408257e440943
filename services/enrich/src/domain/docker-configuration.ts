import { type DockerConfiguration } from '@auditstream/events/generated/types';
import { asList, asObject, asText, asTexts, type JsonObject } from './json.ts';

const maxEntries = 256;

/** What a record of a container's configuration says; docs/enrich.md has the table. */
export function configurationOf(event: JsonObject): DockerConfiguration | null {
  if (event['Action'] !== 'inspect') return null;
  const host = asObject(event['HostConfig']);
  const { Privileged: privileged } = host ?? {};
  return {
    notInspected: asText(event['NotInspected']) ?? null,
    imageId: asText(event['Image']) ?? null,
    imageDigests: texts(event['RepoDigests']),
    privileged: typeof privileged === 'boolean' ? privileged : null,
    capabilitiesAdded: texts(host?.['CapAdd']),
    capabilitiesDropped: texts(host?.['CapDrop']),
    securityOptions: texts(host?.['SecurityOpt']),
    devices: texts(objects(host?.['Devices']).map(({ PathOnHost }) => PathOnHost)),
    mounts: texts(objects(event['Mounts']).map(mountText)),
    networkMode: asText(host?.['NetworkMode']) ?? null,
    pidMode: asText(host?.['PidMode']) ?? null,
    ipcMode: asText(host?.['IpcMode']) ?? null,
    restartPolicy: asText(asObject(host?.['RestartPolicy'])?.['Name']) ?? null,
    ...processOf(event),
  };
}

function processOf(
  event: JsonObject,
): Pick<DockerConfiguration, 'user' | 'environmentNames' | 'command'> {
  const config = asObject(event['Config']);
  const command = asList(event['Command']).filter((part) => part !== '');
  return {
    user: asText(config?.['User']) ?? null,
    environmentNames: texts(config?.['Env']).map(nameOf),
    command: asText(asTexts(command).join(' ')) ?? null,
  };
}

function nameOf(variable: string): string {
  return variable.split('=', 1)[0] ?? variable;
}

function mountText(mount: JsonObject): string {
  const { Type, Name, Source, Destination, RW } = mount;
  const source = Type === 'volume' ? Name : Source;
  const parts = [Type, source, Destination].map((part) => asText(part) ?? '');
  return [...parts, RW === false ? 'ro' : 'rw'].join(':');
}

function objects(value: unknown): readonly JsonObject[] {
  return asList(value)
    .map(asObject)
    .filter((entry) => entry !== undefined);
}

function texts(value: unknown): readonly string[] {
  return asTexts(value).slice(0, maxEntries);
}
