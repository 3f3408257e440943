import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSilences, type Silences, type WatchedSource } from './silences.ts';

const front: WatchedSource = {
  name: 'front',
  kind: 'kubernetes-webhook',
  cluster: 'production',
  silentAfter: 600,
};
const start = 1_000;

function watching(...sources: readonly WatchedSource[]): Silences {
  const silences = createSilences();
  silences.watch(sources, start);
  return silences;
}

describe('silences', () => {
  it('are counted from the beginning where nothing ever came, and told once', () => {
    const silences = watching(front);
    expect(silences.due(start + 599)).toEqual([]);
    expect(silences.due(start + 600)).toEqual([{ source: front, from: start, wasHeard: false }]);
    expect(silences.due(start + 10_000)).toEqual([]);
  });

  it('are counted from the last event, and end with the next', () => {
    const silences = watching(front);
    expect(silences.heard('front', 'event', 1_500)).toBeUndefined();
    expect(silences.due(2_000)).toEqual([]);
    const silence = { source: front, from: 1_500, wasHeard: true };
    expect(silences.due(2_100)).toEqual([silence]);
    expect(silences.heard('front', 'event', 9_000)).toEqual(silence);
    expect(silences.heard('front', 'event', 9_001)).toBeUndefined();
    expect(silences.due(9_601)).toEqual([{ ...silence, from: 9_001 }]);
  });

  it('are none where a source answers that has nothing to say', () => {
    const silences = watching(front);
    silences.heard('front', 'answer', 1_500);
    expect(silences.due(2_099)).toEqual([]);
    expect(silences.sinceEvents(2_099)).toEqual([{ name: 'front', ms: 1_099 }]);
  });

  it('are never told where they may last for ever', () => {
    expect(watching({ ...front, silentAfter: 'never' }).due(1e12)).toEqual([]);
  });

  it('that were told before a restart are not told again, and end', () => {
    const silences = watching(front);
    silences.restore('front', 200);
    expect(silences.due(1e12)).toEqual([]);
    const silence = { source: front, from: 200, wasHeard: true };
    expect(silences.heard('front', 'event', 5_000)).toEqual(silence);
  });

  it('go on where the sources change, for those that stay', () => {
    const silences = watching(front, { ...front, name: 'gone' });
    silences.watch(
      [
        { ...front, silentAfter: 2_000 },
        { ...front, name: 'new' },
      ],
      1_300,
    );
    expect(silences.due(1_900).map(({ source }) => source.name)).toEqual(['new']);
    expect(silences.due(3_000).map(({ source }) => source.name)).toEqual(['front']);
    expect(silences.heard('gone', 'event', 3_000)).toBeUndefined();
  });

  it('and their ends alternate, whatever happens', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 1_000 }),
      isHeard: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const silences = watching(front);
        let at = start;
        const told = steps.flatMap(({ after, isHeard }) => {
          at += after;
          if (isHeard) return silences.heard('front', 'event', at) === undefined ? [] : ['ends'];
          return silences.due(at).map(() => 'begins');
        });
        expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'begins' : 'ends')));
      }),
    );
  });
});
