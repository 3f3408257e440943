import { expect, it } from '@jest/globals';
import { createLogLimit } from './log-limit.ts';

it('lets the first of a key through, then one in ten seconds with the number of the others', () => {
  let now = 0;
  const limit = createLogLimit(() => now);
  expect([limit('a'), limit('a'), limit('b'), limit('a')]).toEqual([0, undefined, 0, undefined]);
  now = 10_000;
  expect([limit('a'), limit('a'), limit('b')]).toEqual([2, undefined, 0]);
});
