/** What operators set of redaction; docs/redaction.md. */

/** One step of a configured path. */
export type PathStep =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'any-key' }
  | { readonly type: 'any-element' };

export interface ConfiguredPath {
  /** `group/resource`, without a group the resource alone, or `*`. */
  readonly resource: string;
  /** From the object to the value that goes; at least one. */
  readonly steps: readonly PathStep[];
}

export interface RedactionPolicy {
  /** Whether of an exec's arguments those go that look like secrets, or all. */
  readonly execArguments: 'mask' | 'drop';
  readonly paths: readonly ConfiguredPath[];
}

/** What holds where nothing is set. */
export const defaultPolicy: RedactionPolicy = { execArguments: 'mask', paths: [] };

const step = /(?:^|\.)([A-Za-z0-9_-]+|\*)|\["([^"\]]+)"\]|(\[\])/y;

/** @returns undefined where the text is no path, as `spec.users[].connection` is */
export function parsePath(text: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    const [, name, quoted, brackets] = match;
    if (brackets !== undefined) steps.push({ type: 'any-element' });
    else if (name === '*') steps.push({ type: 'any-key' });
    else steps.push({ type: 'key', key: name ?? quoted ?? '' });
  }
  return steps.length > 0 ? steps : undefined;
}

/** What is left of a configured path at a place inside an object. */
export type Remaining = readonly PathStep[];

/** Shared, as most events have none. */
export const noPaths: readonly Remaining[] = [];

/** The paths that begin at objects of a resource. */
export function pathsOf(policy: RedactionPolicy, resource: string): readonly Remaining[] {
  if (policy.paths.length === 0) return noPaths;
  return policy.paths
    .filter((path) => path.resource === '*' || path.resource === resource)
    .map(({ steps }) => steps);
}

/** What is left of paths one member further. */
export function behindKey(paths: readonly Remaining[], key: string): readonly Remaining[] {
  if (paths.length === 0) return noPaths;
  return behind(paths, (first) => first.type === 'any-key' || isKey(first, key));
}

/** What is left of paths one element further. */
export function behindElement(paths: readonly Remaining[]): readonly Remaining[] {
  if (paths.length === 0) return noPaths;
  return behind(paths, (first) => first.type === 'any-element');
}

/** Whether one of the paths ends here. */
export function isEnd(paths: readonly Remaining[]): boolean {
  return paths.some((path) => path.length === 0);
}

function isKey(first: PathStep, key: string): boolean {
  return first.type === 'key' && first.key === key;
}

function behind(
  paths: readonly Remaining[],
  matches: (first: PathStep) => boolean,
): readonly Remaining[] {
  return paths.flatMap(([first, ...rest]) => (first !== undefined && matches(first) ? [rest] : []));
}
