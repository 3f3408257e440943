import { describe, expect, it } from '@jest/globals';
import { createFetchWatch, type FetchWatch } from './fetch-watch.ts';

describe('joinMakesStale', () => {
  it.each<[string, (watch: FetchWatch) => void, boolean]>([
    ['before any fetch', () => undefined, false],
    [
      'one broker, joining from within its own fetch',
      (watch) => {
        watch.started('1');
      },
      false,
    ],
    [
      'two brokers, all loops stopped',
      (watch) => {
        for (const node of ['1', '2']) {
          watch.started(node);
          watch.ended(node);
        }
      },
      false,
    ],
    [
      'two brokers, joining from within the fetch of one',
      (watch) => {
        watch.started('1');
        watch.started('2');
        watch.ended('2');
      },
      true,
    ],
  ])('%s', (_, happen, expected) => {
    const watch = createFetchWatch();
    happen(watch);
    expect(watch.joinMakesStale()).toBe(expected);
  });
});
