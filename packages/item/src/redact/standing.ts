/** Where the walk stands: the place, and what is left of configured paths. */
import { elementPlace, memberPlace, type Place } from './places.ts';
import { behindElement, behindKey, isEnd, noPaths, type Remaining } from './policy.ts';

export interface Standing {
  readonly place: Place;
  readonly paths: readonly Remaining[];
}

/** The standing of a member. `roots` are the configured paths that begin at the event's objects. */
export function memberStanding(at: Standing, key: string, roots: readonly Remaining[]): Standing {
  const place = memberPlace(at.place, key);
  if (roots.length === 0) return plain(place);
  if (at.place === 'kubernetes-event' || at.place === 'holder-event') {
    return { place, paths: place === 'body' || place === 'holder' ? roots : noPaths };
  }
  return settled(place, behindKey(at.paths, key));
}

/** The standing of an element; each item of a list begins the configured paths anew. */
export function elementStanding(at: Standing, roots: readonly Remaining[]): Standing {
  const place = elementPlace(at.place);
  if (roots.length === 0) return plain(place);
  const isItem = at.place === 'bodies' || at.place === 'holders';
  const further = behindElement(at.paths);
  return settled(place, isItem ? [...further, ...roots] : further);
}

/** The standing of what a JSON pointer (RFC 6901) leads to, in an object. */
export function pointerStanding(
  root: Place,
  pointer: string,
  roots: readonly Remaining[],
): Standing {
  let at: Standing = { place: root, paths: roots };
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replace(/~1/g, '/').replace(/~0/g, '~');
    const asMember = memberStanding(at, key, roots);
    if (!/^(?:\d+|-)$/.test(key)) at = asMember;
    else {
      const asElement = elementStanding(at, roots);
      const place = asMember.place === 'value' ? 'value' : asElement.place;
      at = { place, paths: [...asMember.paths, ...asElement.paths] };
    }
  }
  return at;
}

/** A configured path that ends here takes the value, whatever its place. */
function settled(place: Place, paths: readonly Remaining[]): Standing {
  return isEnd(paths) ? plain('value') : { place, paths };
}

const standings = new Map<Place, Standing>();

/** Standings without configured paths are shared: most walks know no others. */
export function plain(place: Place): Standing {
  let standing = standings.get(place);
  if (standing === undefined) {
    standing = { place, paths: noPaths };
    standings.set(place, standing);
  }
  return standing;
}
