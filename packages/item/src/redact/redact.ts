/** Takes the secrets out of an item. docs/redaction.md is the contract. */
import { type Redaction, type RedactionKind } from './redaction.ts';
import { type ScannedItem } from '../json-scan.ts';
import { bodyFacts, type BodyFacts, holdersIn } from './holders.ts';
import { type Place } from './places.ts';
import { noPaths, pathsOf, type RedactionPolicy, type Remaining } from './policy.ts';
import { recordOf, type Removal, withoutRemovals } from './removals.ts';
import { plain } from './standing.ts';
import { visit } from './walk.ts';
import { createWalker } from './walker.ts';

/** The kinds of source whose items can be redacted. */
export type RedactedSource = 'kubernetes' | 'docker' | 'auditstream';

export interface Redacted {
  /** The item without its secrets; the same buffer where it has none. */
  readonly bytes: Buffer;
  /** What was taken out, in the order of the bytes; at most 256. */
  readonly redactions: readonly Redaction[];
  /** All that was taken out, by kind. */
  readonly counts: ReadonlyMap<RedactionKind, number>;
}

/** Takes the secrets out of an item that has been scanned as a JSON object. */
export function redactItem(
  item: ScannedItem,
  source: RedactedSource,
  policy: RedactionPolicy,
): Redacted {
  const removals = findRemovals(item, source, policy);
  const counts = new Map<RedactionKind, number>();
  for (const { kind } of removals) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return { bytes: withoutRemovals(item.bytes, removals), redactions: recordOf(removals), counts };
}

/** What has to go, in the order of the bytes and without overlaps. */
export function findRemovals(
  item: ScannedItem,
  source: RedactedSource,
  policy: RedactionPolicy,
): readonly Removal[] {
  const { bytes } = item;
  const chars = bytes.toString('latin1');
  const facts = source === 'kubernetes' ? bodyFacts(item) : nothingKnown;
  const roots = source === 'kubernetes' ? rootPaths(facts, policy) : noPaths;
  const holders = holdersIn(bytes, chars);
  const walker = createWalker({ bytes, chars, policy, holders, roots });
  visit(walker, plain(rootPlace(source, facts, item)));
  return walker.removals.sort((a, b) => a.start - b.start);
}

const nothingKnown: BodyFacts = { isHolder: false, resources: [] };

function rootPlace(source: RedactedSource, { isHolder }: BodyFacts, item: ScannedItem): Place {
  switch (source) {
    case 'kubernetes':
      return isHolder ? 'holder-event' : 'kubernetes-event';
    case 'docker':
      return dockerPlace(item);
    case 'auditstream':
      return 'any';
  }
}

const execCreate = Buffer.from('"exec.create"');

/** An engine's own event has no member `action`; the authorization plugin's says what was called. */
function dockerPlace({ bytes, members }: ScannedItem): Place {
  const isExec = members.some(
    ({ key, valueStart, end }) =>
      key === 'action' && bytes.subarray(valueStart, end).equals(execCreate),
  );
  return isExec ? 'docker-exec-event' : 'docker-event';
}

function rootPaths({ resources }: BodyFacts, policy: RedactionPolicy): readonly Remaining[] {
  // An event about no resource has bodies all the same, such as those of a proxy.
  const named = resources.length === 0 ? [''] : resources;
  return [...new Set(named.flatMap((resource) => pathsOf(policy, resource)))];
}
