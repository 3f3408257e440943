import { describe, expect, it } from '@jest/globals';
import { isRotated } from './rotation.ts';

describe('a name beside audit.log', () => {
  it.each([
    'audit-2026-11-22T01-55-02.487.log',
    'audit.log.1',
    'audit.log.12',
    'audit.log-20261122',
    'audit.log-2026-11-22T01:55:02',
  ])('%s is what it was renamed to', (name) => {
    expect(isRotated(name, 'audit.log')).toBe(true);
  });

  it.each([
    'audit.log',
    'audit.log.1.gz',
    'audit.log.bak',
    'audit-other.log',
    'audit-2026-11-22.txt',
    'audit.logs',
    'other-2026.log',
    'my-audit.log.1',
  ])('%s is something else', (name) => {
    expect(isRotated(name, 'audit.log')).toBe(false);
  });

  it('is told from it where the original has no extension', () => {
    expect(isRotated('audit.1', 'audit')).toBe(true);
    expect(isRotated('audit-1', 'audit')).toBe(true);
    expect(isRotated('auditing', 'audit')).toBe(false);
  });
});
