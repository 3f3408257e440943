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
  const micros = Date.UTC(2026, 10, 30, 23, 59, 59, 999) * 1_000 + 999;

  it('are those of the UTC day or month', () => {
    const event = { source: 'kubernetes', action: 'get', time: micros } as const;
    expect(eventIndex(event)).toBe('audit-events-read-2026.11.30');
    expect(eventIndex({ ...event, time: micros + 1 })).toBe('audit-events-read-2026.12.01');
    expect(detectionIndex(micros)).toBe('audit-detections-2026.11');
    expect(detectionIndex(micros + 1)).toBe('audit-detections-2026.12');
    expect(deadLetterIndex(micros / 1_000)).toBe('audit-dead-letters-2026.11');
    expect(repeatIndex(Math.ceil(micros / 1_000))).toBe('audit-repeats-2026.12');
  });
});
