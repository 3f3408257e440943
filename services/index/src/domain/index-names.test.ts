import { describe, expect, it } from '@jest/globals';
import {
  classOf,
  deadLetterIndex,
  detectionIndex,
  eventIndex,
  repeatIndex,
} from './index-names.ts';

describe('classOf', () => {
  it.each([
    ['kubernetes', 'get', 'read'],
    ['kubernetes', 'list', 'read'],
    ['kubernetes', 'watch', 'read'],
    ['kubernetes', 'create', 'change'],
    ['kubernetes', 'deletecollection', 'change'],
    ['kubernetes', 'unknown', 'change'],
    ['docker', 'start', 'change'],
    ['docker', 'list', 'change'],
  ] as const)('%s %s: %s', (source, action, expected) => {
    expect(classOf({ source, action })).toBe(expected);
  });
});

describe('index names', () => {
  const dated = {
    source: 'kubernetes',
    action: 'get',
    origin: 'live',
    appendedAt: Date.UTC(2026, 10, 30, 12),
  } as const;
  const micros = Date.UTC(2026, 10, 30, 23, 59, 59, 999) * 1_000 + 999;

  it('are those of the UTC day or month', () => {
    const event = { ...dated, time: micros } as const;
    expect(eventIndex(event)).toBe('audit-events-read-2026.11.30');
    expect(eventIndex({ ...event, time: micros + 1 })).toBe('audit-events-read-2026.12.01');
    expect(detectionIndex(micros)).toBe('audit-detections-2026.11');
    expect(detectionIndex(micros + 1)).toBe('audit-detections-2026.12');
    expect(deadLetterIndex(micros / 1_000)).toBe('audit-dead-letters-2026.11');
    expect(repeatIndex(Math.ceil(micros / 1_000))).toBe('audit-repeats-2026.12');
  });

  it.each([
    ['late by 90 days', Date.UTC(2026, 8, 1, 12), 'live', 'audit-events-read-2026.09.01'],
    ['late by more', Date.UTC(2026, 8, 1, 12) - 1, 'live', 'audit-events-out-of-range'],
    ['two days ahead', Date.UTC(2026, 11, 2, 12), 'live', 'audit-events-read-2026.12.02'],
    ['further ahead', Date.UTC(2026, 11, 2, 12) + 1, 'live', 'audit-events-out-of-range'],
    ['an old recording', Date.UTC(2019, 0, 1), 'replay', 'audit-events-read-2019.01.01'],
  ] as const)('hold what is %s', (_, millis, origin, index) => {
    expect(eventIndex({ ...dated, origin, time: millis * 1_000 })).toBe(index);
  });
});
