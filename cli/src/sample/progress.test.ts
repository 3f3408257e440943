import { describe, expect, it } from '@jest/globals';
import { type Baseline, type SampleProgress, faultsOf, isSettled } from './progress.ts';

const empty: Baseline = { ingested: 0, enriched: 0, deadLetters: 0, repeats: 0, indexed: 0 };
const sample = { total: 10, distinct: 10 };
const whole: SampleProgress = {
  accepted: 10,
  enriched: 10,
  indexed: 10,
  repeats: 0,
  deadLetters: 0,
  detections: 3,
  lag: 0,
};

describe('faultsOf', () => {
  it('finds nothing wrong with a first run that is whole', () => {
    expect(faultsOf(whole, empty, sample)).toEqual([]);
  });

  it('finds nothing wrong with a second run whose events are all repeats', () => {
    const second = { ...whole, repeats: 10 };
    expect(faultsOf(second, { ...empty, indexed: 10 }, sample)).toEqual([]);
  });

  it.each<[string, Partial<SampleProgress>, RegExp]>([
    ['an event that was not accepted', { accepted: 9, indexed: 9 }, /Only 9 of 10 events/],
    ['a document that is missing', { indexed: 9 }, /9 documents are indexed/],
    ['a document that is doubled', { indexed: 11 }, /11 documents are indexed/],
    ['a repeat that nobody sent', { repeats: 1 }, /10 new documents and 1 repeats/],
    ['a dead letter', { deadLetters: 1 }, /1 dead letters/],
    ['a consumer that stands still', { lag: 4 }, /lag by 4 records/],
  ])('names %s', (_, change, sentence) => {
    expect(faultsOf({ ...whole, ...change }, empty, sample).join('\n')).toMatch(sentence);
  });
});

describe('isSettled', () => {
  it.each<[string, Partial<SampleProgress>, boolean]>([
    ['all accepted, enriched and consumed', {}, true],
    ['some not yet accepted', { accepted: 9 }, false],
    ['some not yet enriched', { enriched: 9 }, false],
    ['some not yet consumed', { lag: 1 }, false],
    ['more accepted than sent, after a retry', { accepted: 12, enriched: 12 }, true],
  ])('%s', (_, change, expected) => {
    expect(isSettled({ ...whole, ...change }, sample.total)).toBe(expected);
  });
});
