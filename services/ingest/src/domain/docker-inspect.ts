/**
 * The record of a container's configuration, which its `create` event lacks. docs/docker-engine.md has the
 * shape, docs/decisions/0003-configuration-is-a-record-of-its-own.md the reasons.
 */
import { JsonScanError } from '@auditstream/item/json-cursor';
import { membersOf, type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, rawMember, stringMember } from './item-members.ts';

/** Why a container's configuration is not known. */
export type NotInspected =
  /** The engine has no such container any more. */
  | 'gone'
  /** The engine did not answer in time, or not as its API says. */
  | 'engine-error'
  /** The answer is larger than an event may be. */
  | 'too-large'
  /** More containers were created than could be asked about. */
  | 'queue-full';

/** Of the event: what and when it was about. */
const eventMembers = ['Actor', 'scope', 'time', 'timeNano'] as const;

/** Of the container: what it was created with. What changes while it runs would change the record's id. */
const containerMembers = [
  ...(['Created', 'Image', 'Platform'] as const),
  ...(['HostConfig', 'Mounts', 'Config'] as const),
];

/** The id of the container that an event says was created; undefined for every other line. */
export function createdContainer(line: Buffer): string | undefined {
  // Most lines are of other events, and scanning them is dear.
  if (!line.includes('"create"')) return undefined;
  const event = scan(line);
  if (event === undefined || stringMember(event, 'Type') !== 'container') return undefined;
  if (stringMember(event, 'Action') !== 'create') return undefined;
  const actor = objectMember(event, 'Actor');
  const id = actor && stringMember(actor, 'ID');
  return id === '' ? undefined : id;
}

/** The image's id in the answer of `GET /containers/{id}/json`; undefined where there is none. */
export function imageOf(container: Buffer): string | undefined {
  const answer = scan(container);
  const image = answer && stringMember(answer, 'Image');
  return image === '' ? undefined : image;
}

/**
 * The record: the event's own members, and the container's and image's as the engine spelled them.
 * @param container answer of `GET /containers/{id}/json`
 * @param image answer of `GET /images/{id}/json`; undefined where there was none
 * @returns undefined where the container's answer has no configuration
 */
export function inspectRecord(
  event: Buffer,
  container: Buffer,
  image: Buffer | undefined,
): Buffer | undefined {
  const answer = scan(container);
  if (answer === undefined || rawMember(answer, 'HostConfig') === undefined) return undefined;
  const digests = image === undefined ? [] : [membersText(image, ['RepoDigests'])];
  const parts = [membersText(container, containerMembers), commandText(answer)];
  return record(event, [...parts, ...digests]);
}

/**
 * What the container runs, as one list: only beside its program can it be told which of the arguments are
 * secrets.
 */
function commandText(container: ScannedItem): string {
  const [path, args] = [rawMember(container, 'Path'), rawMember(container, 'Args')];
  if (path === undefined) return '';
  const more = args?.startsWith('[') === true ? args.slice(1, -1).trim() : '';
  return `"Command":[${more === '' ? path : `${path},${more}`}]`;
}

/** The record where there is no answer. */
export function notInspectedRecord(event: Buffer, reason: NotInspected): Buffer {
  return record(event, [`"NotInspected":"${reason}"`]);
}

function record(event: Buffer, parts: readonly string[]): Buffer {
  const head = `"Type":"container","Action":"inspect"`;
  const members = [head, membersText(event, eventMembers), ...parts].filter((part) => part !== '');
  return Buffer.from(`{${members.join(',')}}`, 'latin1');
}

/** Members as they are spelled, a character for a byte. */
function membersText(text: Buffer, keys: readonly string[]): string {
  const item = scan(text);
  if (item === undefined) return '';
  return keys
    .map((key) => [key, rawMember(item, key)] as const)
    .flatMap(([key, value]) => (value === undefined ? [] : [`"${key}":${value}`]))
    .join(',');
}

function scan(bytes: Buffer): ScannedItem | undefined {
  try {
    const members = membersOf(bytes, Infinity);
    return members === null ? undefined : { bytes, members };
  } catch (error) {
    if (error instanceof JsonScanError) return undefined;
    throw error;
  }
}
