/** What the path of a resource request names (k8s.io/apiserver, pkg/endpoints/request/requestinfo.go). */
export interface ResourcePath {
  readonly namespace: string;
  /** Empty where the path names no object. */
  readonly name: string;
}

const namespaceSubresources: readonly string[] = ['status', 'finalize'];
const prefixedVerbs: readonly string[] = ['watch', 'proxy'];

/**
 * @param path decoded, without its query
 * @returns null where it is not the path of a resource
 */
export function resourcePathOf(path: string): ResourcePath | null {
  const parts = partsBehindVersion(path.replace(/^\/+|\/+$/g, '').split('/'));
  if (parts === null) return null;
  const [first = '', second = '', third] = parts;
  if (first !== 'namespaces') return { namespace: '', name: second };
  if (third === undefined || namespaceSubresources.includes(third)) {
    return { namespace: second, name: second };
  }
  return { namespace: second, name: parts[3] ?? '' };
}

function partsBehindVersion(parts: readonly string[]): readonly string[] | null {
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  if (rest.length === 0) return null;
  return prefixedVerbs.includes(rest[0] ?? '') ? rest.slice(1) : rest;
}
