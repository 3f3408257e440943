/** What `resourceName` of a Cloud Audit Log entry of an API server names. */

export interface GoogleObject {
  readonly requestURI: string;
  /** As audit.k8s.io/v1 has it; null for a path that is no resource's. */
  readonly objectRef: Readonly<Record<string, string>> | null;
}

const version = /^v\d+(?:(?:alpha|beta)\d+)?$/;
/** What stands behind a namespace's own name and is no resource in it. */
const ofNamespace: ReadonlySet<string> = new Set(['status', 'finalize']);

/**
 * `core/v1/namespaces/shop/pods/web/exec` and its like: group, version, and the path behind them. What is
 * no such name is a path by itself, as `readyz`.
 */
export function googleObject(resourceName: string): GoogleObject {
  const [groupName = '', apiVersion = '', ...path] = resourceName.split('/');
  if (!version.test(apiVersion) || path.length === 0) {
    return { requestURI: `/${resourceName.replace(/^\//, '')}`, objectRef: null };
  }
  const group = groupName === 'core' ? '' : groupName;
  const base = group === '' ? `/api/${apiVersion}` : `/apis/${group}/${apiVersion}`;
  return {
    requestURI: `${base}/${path.join('/')}`,
    objectRef: present({ ...placeOf(path), apiGroup: group, apiVersion }),
  };
}

function placeOf(path: readonly string[]): Readonly<Record<string, string>> {
  const [first = '', second = '', third = '', ...rest] = path;
  const isInNamespace = first === 'namespaces' && third !== '' && !ofNamespace.has(third);
  if (isInNamespace) {
    const [name = '', ...sub] = rest;
    return { resource: third, namespace: second, name, subresource: sub.join('/') };
  }
  const namespace = first === 'namespaces' ? second : '';
  const subresource = [third, ...rest].filter((part) => part !== '').join('/');
  return { resource: first, namespace, name: second, subresource };
}

function present(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
