import { describe, expect, it } from '@jest/globals';
import { timeFilters } from './time-range.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('timeFilters', () => {
  it.each([
    ['30s', '2026-11-23T11:59:30.000Z'],
    ['15m', '2026-11-23T11:45:00.000Z'],
    ['2h', '2026-11-23T10:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
    ['2026-11-22T01:56:00Z', '2026-11-22T01:56:00Z'],
  ])('reads %s', (since, gte) => {
    expect(timeFilters({ since }, now)).toEqual([{ range: { '@timestamp': { gte } } }]);
  });

  it('asks for no range where none is given', () => {
    expect(timeFilters({}, now)).toEqual([]);
  });

  it('refuses a span that ends before it begins', () => {
    const backwards = { since: '1h', until: '2026-11-23T10:59:59Z' };
    expect(() => timeFilters(backwards, now)).toThrow(/nothing can be between/);
    expect(timeFilters({ since: '1h', until: '2026-11-23T11:00:00Z' }, now)).toHaveLength(1);
  });

  it.each(['yesterday', '12', '-1h', '2026-13-45', '1w'])('refuses %s and says why', (until) => {
    expect(() => timeFilters({ until }, now)).toThrow(/--until is '.*': give an age such as 15m/);
  });
});
