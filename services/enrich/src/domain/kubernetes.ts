import {
  type Actor,
  type KubernetesDetails,
  type ObjectReference,
} from '@auditstream/events/generated/types';
import { imagesIn } from './images.ts';
import { asInt, asObject, asText, asTextMap, asTexts, type JsonObject } from './json.ts';
import { kubernetesOutcome } from './outcome.ts';
import { type Findings, unknownName } from './record.ts';
import { parseMicros } from './timestamp.ts';

const maxAddresses = 32;
const maxGroups = 256;
const maxAnnotations = 64;

/** What an audit.k8s.io/v1 Event says; docs/enrich.md has the table. */
export function kubernetesFindings(event: JsonObject): Findings {
  const annotations = asObject(event['annotations']);
  const status = asObject(event['responseStatus']);
  const addresses = asTexts(event['sourceIPs']).slice(-maxAddresses);
  const code = asInt(status?.['code']);
  const decision = asText(annotations?.['authorization.k8s.io/decision']);
  return {
    actor: actorOf(asObject(event['user'])),
    effectiveActor: effectiveActorOf(event),
    action: asText(event['verb']) ?? unknownName,
    object: objectOf(asObject(event['objectRef'])),
    outcome: kubernetesOutcome({ decision, code }),
    reason: reasonOf(annotations, status),
    statusCode: code ?? null,
    sourceAddress: addresses.at(-1) ?? null,
    sourceAddresses: addresses,
    userAgent: asText(event['userAgent']) ?? null,
    images: imagesIn([event['requestObject'], event['responseObject']]),
    kubernetes: detailsOf(event),
    docker: null,
    notice: null,
  };
}

function actorOf(user: JsonObject | undefined): Actor {
  return {
    name: asText(user?.['username']) ?? unknownName,
    id: asText(user?.['uid']) ?? null,
    groups: asTexts(user?.['groups']).slice(0, maxGroups),
  };
}

function effectiveActorOf(event: JsonObject): Actor | null {
  const user = asObject(event['impersonatedUser']);
  return user === undefined ? null : actorOf(user);
}

function objectOf(reference: JsonObject | undefined): ObjectReference | null {
  const type = asText(reference?.['resource']);
  if (type === undefined) return null;
  const textAt = (name: string): string | null => asText(reference?.[name]) ?? null;
  return {
    type,
    group: textAt('apiGroup'),
    version: textAt('apiVersion'),
    subresource: textAt('subresource'),
    namespace: textAt('namespace'),
    name: textAt('name'),
    id: textAt('uid'),
  };
}

function reasonOf(
  annotations: JsonObject | undefined,
  status: JsonObject | undefined,
): string | null {
  return (
    asText(annotations?.['authorization.k8s.io/reason']) ??
    asText(status?.['message']) ??
    asText(status?.['reason']) ??
    null
  );
}

function detailsOf(event: JsonObject): KubernetesDetails {
  return {
    auditId: asText(event['auditID']) ?? '',
    stage: asText(event['stage']) ?? '',
    level: asText(event['level']) ?? '',
    requestUri: asText(event['requestURI']) ?? '',
    requestReceivedAt: parseMicros(asText(event['requestReceivedTimestamp'])) ?? null,
    annotations: asTextMap(event['annotations'], maxAnnotations, isPlatformKey),
  };
}

function isPlatformKey(key: string): boolean {
  return /^(?:[^/]*\.)?(?:k8s|kubernetes)\.io\//.test(key);
}
