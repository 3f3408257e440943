/** What an event of the Docker authorization plugin says; docs/docker-authz.md has its members. */
import {
  type DockerCall,
  type ObjectReference,
  type Outcome,
} from '@auditstream/events/generated/types';
import { configurationIn } from './docker-authz-configuration.ts';
import { type DockerSource } from './docker.ts';
import { distinctImages } from './images.ts';
import { asInt, asObject, asText, asTexts, type JsonObject } from './json.ts';
import { type Findings, unknownName } from './record.ts';
import { timeNanoIn } from './time-nano.ts';

/** An engine's own event has no such member. */
export function isCall(event: JsonObject): boolean {
  return event['authz'] === 'call';
}

export function callFindings({ body, event, time }: DockerSource): Findings {
  const action = asText(event['action']) ?? unknownName;
  const request = asObject(event['request']);
  return {
    actor: {
      name: asText(event['user']) ?? unknownName,
      id: asText(event['certificate']) ?? null,
      groups: [],
    },
    effectiveActor: null,
    action,
    object: objectOf(event, action),
    outcome: outcomeOf(event['outcome']),
    reason: asText(event['reason']) ?? null,
    statusCode: asInt(event['status']) ?? null,
    sourceAddress: null,
    sourceAddresses: [],
    userAgent: asText(asObject(event['headers'])?.['user-agent']) ?? null,
    images: imagesOf(event, request),
    kubernetes: null,
    docker: {
      scope: '',
      timeNano: timeNanoIn(body, time),
      attributes: {},
      call: callOf(event, request),
      configuration: null,
    },
    notice: null,
  };
}

function outcomeOf(outcome: unknown): Outcome {
  return outcome === 'success' || outcome === 'failure' ? outcome : 'unknown';
}

function objectOf(event: JsonObject, action: string): ObjectReference | null {
  const object = asObject(event['object']);
  const type = asText(object?.['type']);
  if (type === undefined) return null;
  const created = action === 'exec.create' ? undefined : asText(event['createdId']);
  const [name, id] = [asText(object?.['name']) ?? null, asText(object?.['id']) ?? created ?? null];
  return { type, group: null, version: null, subresource: null, namespace: null, name, id };
}

function imagesOf(event: JsonObject, request: JsonObject | undefined): readonly string[] {
  const object = asObject(event['object']);
  const container = asObject(asObject(request?.['TaskTemplate'])?.['ContainerSpec']);
  const named = object?.['type'] === 'image' ? (object['name'] ?? object['id']) : undefined;
  return distinctImages([named, request?.['Image'], container?.['Image']]);
}

function callOf(event: JsonObject, request: JsonObject | undefined): DockerCall {
  const duration = event['durationNano'];
  return {
    callId: asText(event['callId']) ?? '',
    stage: asText(event['stage']) ?? '',
    method: asText(event['method']) ?? '',
    uri: asText(event['uri']) ?? '',
    apiVersion: asText(event['apiVersion']) ?? null,
    authentication: asText(event['authMethod']) ?? null,
    bodyState: asText(event['body']) ?? '',
    bodySize: sizeOf(event['bodySize']),
    configuration: configurationIn(event['request']),
    commandLine: commandOf(request),
    createdId: asText(event['createdId']) ?? null,
    durationNano: Number.isSafeInteger(duration) ? Number(duration) : null,
  };
}

function sizeOf(size: unknown): number {
  return Number.isSafeInteger(size) ? Number(size) : 0;
}

/** Entrypoint and Cmd are lists, or a text that stands for a list of one. */
function commandOf(request: JsonObject | undefined): string | null {
  const words = ['Entrypoint', 'Cmd'].flatMap((key) => {
    const value = request?.[key];
    return typeof value === 'string' ? [value] : asTexts(value);
  });
  return asText(words.join(' ')) ?? null;
}
