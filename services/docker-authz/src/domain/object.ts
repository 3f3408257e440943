/** The object that a call is about. */
import { byteOf } from '@auditstream/item/json-cursor';
import { membersOf, textOf } from '@auditstream/item/json-scan';
import { type Route } from './actions.ts';
import { type Target } from './target.ts';

export interface CallObject {
  readonly type: string;
  readonly name?: string;
  readonly id?: string;
}

/** @param json the request's body, where it is JSON */
export function objectOf(route: Route, { query }: Target, json: Buffer | undefined): CallObject {
  const [first = ''] = route.action.name.split('.', 1);
  // What is created in a container is an exec, but it is the container that it happens to.
  const type = route.action.name === 'exec.create' ? 'container' : first;
  const named = route.object || nameIn(route.action.name, query, json);
  if (named === '') return { type };
  return isId(named) ? { type, id: named } : { type, name: named };
}

/** Ids are given whole, or by their first twelve digits. */
function isId(text: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12}(?:[0-9a-f]{52})?$/.test(text);
}

function nameIn(action: string, query: URLSearchParams, json: Buffer | undefined): string {
  switch (action) {
    case 'image.create':
      return imageName(query);
    case 'image.build':
      return query.get('t') ?? '';
    case 'image.export':
      return query.get('names') ?? '';
    case 'container.commit':
      return query.get('container') ?? '';
    case 'plugin.pull':
      return query.get('remote') ?? '';
    case 'container.create':
    case 'plugin.create':
      return query.get('name') ?? '';
    default:
      return textIn(json, 'Name') ?? '';
  }
}

function imageName(query: URLSearchParams): string {
  const repository = query.get('fromImage') ?? query.get('repo') ?? '';
  const tag = query.get('tag') ?? '';
  if (repository === '' || tag === '') return repository;
  return `${repository}${tag.includes(':') ? '@' : ':'}${tag}`;
}

/** The text of a member of a JSON object; undefined where there is none. */
export function textIn(json: Buffer | undefined, ...keys: readonly string[]): string | undefined {
  if (json === undefined) return undefined;
  const member = membersOf(json, Infinity)?.findLast(({ key }) => keys.includes(key));
  if (member === undefined || json[member.valueStart] !== byteOf.quote) return undefined;
  return textOf(json, { start: member.valueStart, end: member.end });
}
