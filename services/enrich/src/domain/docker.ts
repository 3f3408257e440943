import { type DockerDetails, type ObjectReference } from '@auditstream/events/generated/types';
import { configurationOf } from './docker-configuration.ts';
import { distinctImages } from './images.ts';
import { asInt, asObject, asText, asTextMap, type JsonObject } from './json.ts';
import { dockerOutcome } from './outcome.ts';
import { type Findings, unknownName } from './record.ts';
import { timeNanoIn } from './time-nano.ts';

const maxAttributes = 64;

/** An Engine event: its bytes, what they parse to, and its time in epoch microseconds. */
export interface DockerSource {
  readonly body: Buffer;
  readonly event: JsonObject;
  readonly time: number;
}

/** What an event of Docker's `GET /events` says; docs/enrich.md has the table. */
export function dockerFindings(source: DockerSource): Findings {
  const { event } = source;
  const attributes = attributesOf(event);
  const action = asText(event['Action']) ?? unknownName;
  const { name, detail } = splitAction(action);
  const exitCode = asText(attributes?.['exitCode']);
  const fate = { action: name, detail, exitCode };
  const notInspected = action === 'inspect' ? asText(event['NotInspected']) : undefined;
  return {
    actor: { name: unknownName, id: null, groups: [] },
    effectiveActor: null,
    action,
    object: objectOf(event),
    outcome: notInspected === undefined ? dockerOutcome(fate) : 'failure',
    reason: notInspected ?? (name === 'health_status' ? (detail ?? null) : null),
    statusCode: statusCodeOf(exitCode),
    sourceAddress: null,
    sourceAddresses: [],
    userAgent: null,
    images: imagesOf(event),
    kubernetes: null,
    docker: detailsOf(source),
    notice: null,
  };
}

/** `health_status: unhealthy` is the action health_status with a detail. */
function splitAction(action: string): { name: string; detail: string | undefined } {
  const colon = action.indexOf(':');
  if (colon < 0) return { name: action, detail: undefined };
  return { name: action.slice(0, colon), detail: asText(action.slice(colon + 1).trim()) };
}

function attributesOf(event: JsonObject): JsonObject | undefined {
  return asObject(asObject(event['Actor'])?.['Attributes']);
}

function objectOf(event: JsonObject): ObjectReference | null {
  const type = asText(event['Type']);
  if (type === undefined) return null;
  const id = asText(asObject(event['Actor'])?.['ID']) ?? null;
  const name = asText(attributesOf(event)?.['name']) ?? (type === 'volume' ? id : null);
  return { type, group: null, version: null, subresource: null, namespace: null, name, id };
}

function imagesOf(event: JsonObject): readonly string[] {
  const attributes = attributesOf(event);
  if (event['Type'] === 'image') return distinctImages([attributes?.['name']]);
  return distinctImages([asText(attributes?.['image']) ?? event['from']]);
}

function statusCodeOf(exitCode: string | undefined): number | null {
  if (exitCode === undefined || !/^-?\d{1,10}$/.test(exitCode)) return null;
  return asInt(Number(exitCode)) ?? null;
}

function detailsOf({ body, event, time }: DockerSource): DockerDetails {
  return {
    scope: asText(event['scope']) ?? '',
    timeNano: timeNanoIn(body, time),
    attributes: asTextMap(attributesOf(event), maxAttributes, isEngineKey),
    call: null,
    configuration: configurationOf(event),
  };
}

/** The Engine's own attributes have plain names; labels are told by their dots. */
function isEngineKey(key: string): boolean {
  return !key.includes('.');
}
