/** What a policy judges a request by, read from the event that an API server has made of it. */
import { resourcePathOf } from './request-path.ts';

/** The attributes of a request, as k8s.io/apiserver has them when it asks its policy. */
export interface RequestAttributes {
  /** Null for a request that was not authenticated. */
  readonly user: { readonly name: string; readonly groups: readonly string[] } | null;
  readonly verb: string;
  readonly target: ResourceTarget | PathTarget;
}

export interface ResourceTarget {
  readonly type: 'resource';
  readonly group: string;
  readonly resource: string;
  /** Empty where there is none, as are the two below. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface PathTarget {
  readonly type: 'path';
  readonly path: string;
}

/** Members of an audit event as JSON.parse gives them; bodies are not needed. */
export interface EventMembers {
  readonly user?: unknown;
  readonly verb?: unknown;
  readonly requestURI?: unknown;
  readonly objectRef?: unknown;
}

/**
 * The attributes of an event's request. Null where the event lacks what every event has: then nothing can
 * be said of it.
 */
export function attributesOf(event: EventMembers): RequestAttributes | null {
  const { verb, requestURI, objectRef } = event;
  if (typeof verb !== 'string' || typeof requestURI !== 'string' || !isObject(event.user)) {
    return null;
  }
  const path = pathOf(requestURI);
  const user = userOf(event.user);
  if (!isObject(objectRef)) return { user, verb, target: { type: 'path', path } };
  return { user, verb, target: resourceTarget(objectRef, { path, verb }) };
}

/**
 * Name and namespace are those of the path: the API server completes objectRef with what the body claims,
 * after the policy has been asked. Only a list by `metadata.name` has its name from its query.
 */
function resourceTarget(
  reference: Readonly<Record<string, unknown>>,
  { path, verb }: { readonly path: string; readonly verb: string },
): ResourceTarget {
  const text = (key: string): string => textOf(reference[key]);
  const { namespace, name } = resourcePathOf(path) ?? {
    namespace: text('namespace'),
    name: text('name'),
  };
  const isNamedByQuery = name === '' && (verb === 'list' || verb === 'watch');
  return {
    type: 'resource',
    group: text('apiGroup'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace,
    name: isNamedByQuery ? text('name') : name,
  };
}

function userOf(user: Readonly<Record<string, unknown>>): RequestAttributes['user'] {
  const { username, groups } = user;
  if (typeof username !== 'string') return null;
  const names = Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
  return { name: username, groups: names };
}

/** The path of a request URI, decoded as Go's `url.URL.Path` is; as it stands where that can't be done. */
function pathOf(requestUri: string): string {
  const path = requestUri.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
