/**
 * Finds audit ids that more than one request has, over a bounded window. It holds hashes only, never a part
 * of an item: the whole window takes less than 80 MiB. docs/notices.md has the rule.
 */
import { type AuditIdUse } from './audit-id-use.ts';

export interface AuditIdSighting extends AuditIdUse {
  readonly requestId: string;
  /** Name of the source, which stands for an API server. */
  readonly source: string;
}

export interface AuditIdReuse {
  /** request.id of the others, of each pair once; the earliest first. */
  readonly others: readonly string[];
  /** Too many requests have this audit id: this one was not looked at. */
  readonly isBeyond: boolean;
}

export interface AuditIds {
  /** @returns undefined where nothing is to be told */
  see(sighting: AuditIdSighting): AuditIdReuse | undefined;
}

/** How many requests are remembered at least; twice as many at most. */
const defaultWindow = 50_000;
/** Of one audit id. Who sends a thousand requests under it is told of six times. */
export const maxRequestsOfAuditId = 4;

/** Lists are replaced, not pushed to: a list that grows by itself takes room for 17 at once. */
interface SeenRequest {
  readonly requestId: string;
  readonly call: string;
  sources: readonly string[];
  /** request.id of those that it has been told with. */
  told: readonly string[];
}

interface SeenId {
  requests: readonly SeenRequest[];
}

type Generation = Map<string, SeenId>;

const nothing: readonly never[] = [];

/** Two generations: when the younger is full, the older is forgotten as a whole. */
export function createAuditIds(window = defaultWindow): AuditIds {
  let young: Generation = new Map();
  let old: Generation = new Map();
  /** Requests in the younger. */
  let held = 0;
  const seenOf = (auditId: string): SeenId => {
    const known = young.get(auditId);
    if (known !== undefined) return known;
    if (held >= window) {
      old = young;
      young = new Map();
      held = 0;
    }
    const seen = old.get(auditId) ?? { requests: nothing };
    young.set(auditId, seen);
    held += seen.requests.length;
    return seen;
  };
  return {
    see(sighting) {
      const seen = seenOf(sighting.auditId);
      const before = seen.requests.length;
      const reuse = seeAmong(seen, sighting);
      held += seen.requests.length - before;
      return reuse;
    },
  };
}

function seeAmong(seen: SeenId, sighting: AuditIdSighting): AuditIdReuse | undefined {
  const { requestId, call, source } = sighting;
  let request = seen.requests.find((one) => one.requestId === requestId);
  if (request?.sources.includes(source)) return undefined;
  if (request === undefined) {
    if (seen.requests.length >= maxRequestsOfAuditId) return { others: [], isBeyond: true };
    request = { requestId, call, sources: nothing, told: nothing };
    seen.requests = [...seen.requests, request];
  }
  request.sources = [...request.sources, source];
  const others = newlyInConflict(request, seen.requests);
  return others.length === 0 ? undefined : { others, isBeyond: false };
}

function newlyInConflict(request: SeenRequest, requests: readonly SeenRequest[]): string[] {
  const others = requests.filter((other) => other !== request && areInConflict(request, other));
  const ids = others.map(({ requestId }) => requestId).filter((id) => !request.told.includes(id));
  request.told = [...request.told, ...ids];
  for (const other of others) {
    if (!other.told.includes(request.requestId)) other.told = [...other.told, request.requestId];
  }
  return ids;
}

/** Two API servers may have the same call under one id: one has passed it on to the other. */
function areInConflict(one: SeenRequest, other: SeenRequest): boolean {
  return one.call !== other.call || one.sources.some((source) => other.sources.includes(source));
}
