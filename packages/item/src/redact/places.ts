/** What is known of a value by where it stands. */
import { kindOfName } from './names.ts';

export type Place =
  /** The event itself: as Kubernetes writes it, about Secrets or ConfigMaps, as a Docker Engine does. */
  | 'kubernetes-event'
  | 'holder-event'
  | 'docker-event'
  /** The same, about a call that runs a command in a container. */
  | 'docker-exec-event'
  /** The body of a call of Docker's API, and of one that runs a command. */
  | 'docker-body'
  | 'docker-exec'
  /** A command line of which no argument may stay, where the policy says so. */
  | 'exec-arguments'
  /** What was sent or answered: an object, a list of them, or a patch; and the items of a list. */
  | 'body'
  | 'bodies'
  /** The same, known to be a Secret or a ConfigMap; and the items of a list of them. */
  | 'holder'
  | 'holders'
  /** An operation of a JSON patch (RFC 6902) to an object, or to one that is a holder. */
  | 'operation'
  | 'holder-operation'
  /** What a holder holds under keys. */
  | 'values'
  /** Goes whole, whatever it is. */
  | 'value'
  /** Stands under a secret's name: text and numbers go, in lists too. */
  | 'named'
  /** Variables, and one of them: an object with name and value, or `NAME=value`. */
  | 'environment'
  | 'variable'
  /** A command line, as text or as a list. */
  | 'arguments'
  /** A request URI. */
  | 'uri'
  /** What a Docker Engine did: may have a command line. */
  | 'action'
  /** Nothing is known: secrets show by themselves. */
  | 'any';

/** Copies of whole objects that tools keep in annotations. */
const copies = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'objectset.rio.cattle.io/applied',
  'kapp.k14s.io/original',
  'banzaicloud.com/last-applied',
]);
const environments = /^(?:env|envs|envvars|extraenv|extraenvvars|environment)$/i;
const commands = /^(?:command|args|cmd|entrypoint|test)$/i;

/** The place of the member with this key. */
export function memberPlace(place: Place, key: string): Place {
  switch (place) {
    case 'kubernetes-event':
    case 'holder-event':
      if (isBody(key)) return place === 'holder-event' ? 'holder' : 'body';
      return key === 'requestURI' ? 'uri' : anyMember(key);
    case 'docker-event':
      return dockerMember(key);
    case 'docker-exec-event':
      return key === 'request' ? 'docker-exec' : dockerMember(key);
    case 'docker-body':
      // What a secret or a config holds. An engine takes keys in any case (encoding/json).
      return key.toLowerCase() === 'data' ? 'value' : anyMember(key);
    case 'docker-exec':
      return key.toLowerCase() === 'cmd' ? 'exec-arguments' : anyMember(key);
    case 'body':
      return key === 'items' ? 'bodies' : anyMember(key);
    case 'holder':
      if (key === 'data' || key === 'stringData' || key === 'binaryData') return 'values';
      return key === 'items' ? 'holders' : anyMember(key);
    case 'variable':
      return key === 'value' ? 'value' : anyMember(key);
    case 'environment':
      return 'named';
    case 'values':
    case 'value':
      return 'value';
    case 'bodies':
    case 'holders':
    case 'operation':
    case 'holder-operation':
    case 'named':
    case 'arguments':
    case 'exec-arguments':
    case 'uri':
    case 'action':
    case 'any':
      return anyMember(key);
  }
}

function dockerMember(key: string): Place {
  if (key === 'Action' || key === 'status') return 'action';
  if (key === 'uri') return 'uri';
  return key === 'request' ? 'docker-body' : anyMember(key);
}

function isBody(key: string): boolean {
  return key === 'requestObject' || key === 'responseObject';
}

/** Events repeat their keys; what has been found for one holds for ever. */
const known = new Map<string, Place>();
const maxKnown = 4_096;
const maxKnownLength = 64;

function anyMember(key: string): Place {
  const before = known.get(key);
  if (before !== undefined) return before;
  const place = placeUnder(key);
  if (known.size < maxKnown && key.length <= maxKnownLength) known.set(copyOf(key), place);
  return place;
}

/** A key may be a slice of its item, which must not be kept alive. */
function copyOf(key: string): string {
  return Buffer.from(key).toString();
}

function placeUnder(key: string): Place {
  if (environments.test(key)) return 'environment';
  if (commands.test(key)) return 'arguments';
  if (copies.has(key)) return 'value';
  return kindOfName(key) === undefined ? 'any' : 'named';
}

/** The place of an element. */
export function elementPlace(place: Place): Place {
  switch (place) {
    case 'body':
      return 'operation';
    case 'holder':
      return 'holder-operation';
    case 'bodies':
      return 'body';
    case 'holders':
      return 'holder';
    // A body that is a list has the settings of a plugin.
    case 'docker-body':
    case 'environment':
      return 'variable';
    case 'values':
    case 'value':
      return 'value';
    case 'named':
      return 'named';
    case 'kubernetes-event':
    case 'holder-event':
    case 'docker-event':
    case 'docker-exec-event':
    case 'docker-exec':
    case 'exec-arguments':
    case 'operation':
    case 'holder-operation':
    case 'variable':
    case 'arguments':
    case 'uri':
    case 'action':
    case 'any':
      return 'any';
  }
}
