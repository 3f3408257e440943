/** What tells whether two requests may honestly have one audit id. docs/notices.md has the rule. */
import { createHash } from 'node:crypto';
import { type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, stringMember } from './item-members.ts';

export interface AuditIdUse {
  /** Stands for cluster and auditID: 16 characters, whatever a client chose as its audit id. */
  readonly auditId: string;
  /** Stands for who called what: user, verb and URI. 16 characters. */
  readonly call: string;
}

/** Characters. Sorting takes time, and no honest client sends more. */
const maxPlainUri = 8_192;

export function auditIdUse(cluster: string, item: ScannedItem): AuditIdUse {
  const [auditId = '', verb = '', uri = ''] = ['auditID', 'verb', 'requestURI'].map((key) =>
    stringMember(item, key),
  );
  return {
    auditId: shortHash([cluster, auditId]),
    call: shortHash([userOf(item), verb, plainUri(uri)]),
  };
}

/** Where somebody acts as another, an aggregated API server is told of the other alone. */
function userOf(item: ScannedItem): string {
  const user = objectMember(item, 'impersonatedUser') ?? objectMember(item, 'user');
  return (user && stringMember(user, 'username')) ?? '';
}

/**
 * One text for all spellings of a URI. The aggregator decodes path and query, and passes them on encoded
 * anew, with the query in the order of its keys (k8s.io/kube-aggregator, pkg/apiserver/handler_proxy.go).
 */
function plainUri(uri: string): string {
  if (uri.length > maxPlainUri) return uri;
  const at = uri.indexOf('?');
  const path = decodePath(at === -1 ? uri : uri.slice(0, at));
  if (at === -1) return path;
  const query = new URLSearchParams(uri.slice(at + 1));
  query.sort();
  return `${path}?${query.toString()}`;
}

function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** 96 bits: two of a billion texts are taken for one with a chance of 1 in 10^11. */
function shortHash(texts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest();
  return hash.toString('base64url', 0, 12);
}
