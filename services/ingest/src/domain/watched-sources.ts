/** Which sources are watched for silence. docs/notices.md has the rule. */
import { type WatchedSource } from './silences.ts';
import { type SilentAfter } from './silent-after.ts';
import { type Source, sourceName } from './sources.ts';

/** Milliseconds; where the sources file does not say it, and the source is live. */
const defaults: Readonly<Record<Source['kind'], SilentAfter>> = {
  'kubernetes-webhook': 15 * 60_000,
  // A file may well be one of several that an API server is done with.
  'kubernetes-log': 'never',
  'docker-engine': 5 * 60_000,
  // Nobody may have asked the engine for anything.
  'docker-authz': 'never',
};

/** Sources that share a name are one, which may be silent for as long as the least patient of them. */
export function watchedSources(sources: readonly Source[]): readonly WatchedSource[] {
  const watched = new Map<string, WatchedSource>();
  for (const source of sources) {
    const { kind, cluster } = source;
    const name = sourceName(source);
    const silentAfter = shorter(watched.get(name)?.silentAfter, silentAfterOf(source));
    watched.set(name, { name, kind, cluster, silentAfter });
  }
  return [...watched.values()];
}

function silentAfterOf({ silentAfter, origin, kind }: Source): SilentAfter {
  return silentAfter ?? (origin === 'replay' ? 'never' : defaults[kind]);
}

function shorter(one: SilentAfter | undefined, other: SilentAfter): SilentAfter {
  if (one === undefined || one === 'never') return other;
  return other === 'never' ? one : Math.min(one, other);
}
