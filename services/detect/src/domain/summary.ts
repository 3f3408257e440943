import {
  type Actor,
  type AuditEvent,
  type ObjectReference,
} from '@auditstream/events/generated/types';
import { clip, limits } from './clip.ts';

/**
 * One sentence for people: who did what to what, where, from where, with which code, and the title of
 * the rule that it met. Nothing that comes from the event can break out of it.
 */
export function summarise(event: AuditEvent, title: string): string {
  const parts = [
    who(event),
    did(event),
    toWhat(event),
    where(event),
    fromWhere(event),
    code(event),
  ];
  const sentence = parts.filter((part) => part !== '').join(' ');
  return `${sentence}: ${clip(escape(title), limits.title)}`;
}

function who({ actor, effectiveActor }: AuditEvent): string {
  const real = nameOf(actor);
  return effectiveActor === null ? real : `${real} as ${nameOf(effectiveActor)}`;
}

function nameOf({ name }: Actor): string {
  return name === 'unknown' ? 'an unknown user' : quote(name);
}

interface Verb {
  readonly infinitive: string;
  readonly past: string;
}

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['create', { infinitive: 'create', past: 'created' }],
  ['get', { infinitive: 'get', past: 'got' }],
  ['list', { infinitive: 'list', past: 'listed' }],
  ['watch', { infinitive: 'watch', past: 'watched' }],
  ['update', { infinitive: 'update', past: 'updated' }],
  ['patch', { infinitive: 'patch', past: 'patched' }],
  ['delete', { infinitive: 'delete', past: 'deleted' }],
  ['deletecollection', { infinitive: 'delete a collection of', past: 'deleted a collection of' }],
]);

/** Engines and notices tell of what happened; API servers of requests, which can fail. */
function did({ source, action, outcome }: AuditEvent): string {
  if (source === 'docker') return `caused ${quote(action)} of`;
  if (source === 'auditstream') return `reported ${quote(action)} of`;
  const { infinitive, past } = verbs.get(action) ?? unknownVerb(action);
  switch (outcome) {
    case 'success':
      return past;
    case 'failure':
      return `tried to ${infinitive}`;
    case 'unknown':
      return `asked to ${infinitive}`;
  }
}

function unknownVerb(action: string): Verb {
  const verb = quote(action);
  return { infinitive: `do ${verb} on`, past: `did ${verb} on` };
}

function toWhat({ object, kubernetes }: AuditEvent): string {
  if (object !== null) return describe(object);
  return kubernetes === null ? 'something' : quote(kubernetes.requestUri);
}

/** Where a name is missing, the request was about all of the namespace, or of the cluster. */
function describe({ type, subresource, namespace, name, id }: ObjectReference): string {
  const kind = subresource === null ? quote(type) : `${quote(type)}/${quote(subresource)}`;
  const thing = name ?? id;
  if (thing === null) return namespace === null ? kind : `${kind} in namespace ${quote(namespace)}`;
  const path = namespace === null ? quote(thing) : `${quote(namespace)}/${quote(thing)}`;
  return `${kind} ${path}`;
}

function where({ source, cluster }: AuditEvent): string {
  return `${source === 'docker' ? 'on engine' : 'in cluster'} ${quote(cluster)}`;
}

function fromWhere({ sourceAddress }: AuditEvent): string {
  return sourceAddress === null ? '' : `from ${quote(sourceAddress)}`;
}

function code({ source, statusCode }: AuditEvent): string {
  if (statusCode === null) return '';
  return source === 'docker' ? `(exit code ${statusCode})` : `(${statusCode})`;
}

/** The longest that a name may be in the sentence, in bytes. */
const maxNameBytes = 128;

/** Characters that can be taken for nothing but part of a name. */
const plainName = /^[A-Za-z0-9._:@/+#=*%~-]+$/;

function quote(name: string): string {
  if (plainName.test(name)) return clip(name, maxNameBytes);
  return `"${clip(escape(name.replace(/["\\]/g, '\\$&')), maxNameBytes)}"`;
}

/**
 * Control, formatting (among them the ones that turn the direction of writing) and line-breaking
 * characters, and halves of pairs. The list is written out: classes grow with each Unicode version, and
 * a replay on a later one has to give the same bytes.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

function escape(text: string): string {
  return text.replace(
    unsafe,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
