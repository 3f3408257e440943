import { describe, expect, it } from '@jest/globals';
import { firstLineSince, parseLogStart } from './log-start.ts';

const since = Date.UTC(2026, 10, 28) * 1_000;
const lineAt = (time: string): Buffer => Buffer.from(JSON.stringify({ stageTimestamp: time }));

describe('where a log begins', () => {
  it.each([
    ['beginning', { kind: 'beginning' }],
    ['end', { kind: 'end' }],
    ['2026-11-28T00:00:00Z', { kind: 'time', micros: since }],
    ['2026-11-28T01:00:00.000001+01:00', { kind: 'time', micros: since + 1 }],
    ['2026-11-28', undefined],
    ['start', undefined],
    ['', undefined],
  ])('%j is %j', (text, start) => {
    expect(parseLogStart(text)).toEqual(start);
  });
});

describe('the first line since a time', () => {
  const early = lineAt('2026-11-27T23:59:59.999999Z');
  const exact = lineAt('2026-11-28T00:00:00.000000Z');

  it.each([
    ['none', [], undefined],
    ['only earlier ones', [early, early], undefined],
    ['one of exactly then', [early, exact, early], 1],
    ['what has no time', [Buffer.from('{'), Buffer.from('[1]'), lineAt('soon')], undefined],
    ['what has no time before one that has', [Buffer.from('\xff'), exact], 1],
  ])('in %s', (_, lines, index) => {
    expect(firstLineSince(since, lines)).toBe(index);
  });

  it('goes by the last of repeated keys, as the event time does', () => {
    const line =
      '{"stageTimestamp":"2026-11-27T00:00:00Z","stageTimestamp":"2026-11-28T00:00:00Z"}';
    expect(firstLineSince(since, [Buffer.from(line)])).toBe(0);
  });
});
