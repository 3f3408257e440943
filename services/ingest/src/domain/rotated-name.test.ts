import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOrder, isCompressedName, plainName, rotationOf } from './rotated-name.ts';

describe('a name beside audit.log', () => {
  it.each([
    ['audit-2026-11-22T01-55-02.487.log', { kind: 'time', digits: '20261122015502487' }],
    ['audit-2026-11-22T01-55-02.487.log.gz', { kind: 'time', digits: '20261122015502487' }],
    ['audit.log.1', { kind: 'number', number: 1 }],
    ['audit.log.12.gz', { kind: 'number', number: 12 }],
    ['audit.log-20261122', { kind: 'time', digits: '20261122' }],
    ['audit.log-20261122.gz', { kind: 'time', digits: '20261122' }],
    ['audit.log-2026-11-22T01:55:02', { kind: 'time', digits: '20261122015502' }],
  ])('%s is what it was renamed to', (name, rotation) => {
    expect(rotationOf(name, 'audit.log')).toEqual(rotation);
  });

  it.each([
    'audit.log',
    'audit.log.gz',
    'audit.log.bak',
    'audit.log.1.bz2',
    'audit-other.log',
    'audit-2026-11-22.txt',
    'audit.logs',
    'other-2026.log',
    'my-audit.log.1',
  ])('%s is something else', (name) => {
    expect(rotationOf(name, 'audit.log')).toBeUndefined();
  });

  it('is told from it where the original has no extension, or one number of its own', () => {
    expect(rotationOf('audit.1', 'audit')).toEqual({ kind: 'number', number: 1 });
    expect(rotationOf('audit-1', 'audit')).toEqual({ kind: 'number', number: 1 });
    expect(rotationOf('auditing', 'audit')).toBeUndefined();
    expect(rotationOf('0.log.20261128-010203.gz', '0.log')).toEqual({
      kind: 'time',
      digits: '20261128010203',
    });
  });

  it('is compressed where it ends in .gz', () => {
    expect([isCompressedName('audit.log.1.gz'), isCompressedName('audit.log')]).toEqual([
      true,
      false,
    ]);
    expect(plainName('audit.log.1.gz')).toBe('audit.log.1');
    expect(plainName('audit.log.1')).toBe('audit.log.1');
  });
});

describe('rotated files', () => {
  const fileOf = (name: string, modified: number): Parameters<typeof inOrder>[0][number] => ({
    rotation: rotationOf(name, 'audit.log') ?? { kind: 'number', number: -1 },
    modified: BigInt(modified),
  });
  const orderOf = (...files: readonly (readonly [string, number])[]): readonly string[] => {
    const named = files.map(([name, modified]) => ({ ...fileOf(name, modified), name }));
    return inOrder(named).map(({ name }) => name);
  };

  it('with numbers are the older, the higher they are, whenever they were compressed', () => {
    expect(orderOf(['audit.log.1', 5], ['audit.log.10.gz', 9], ['audit.log.2.gz', 7])).toEqual([
      'audit.log.10.gz',
      'audit.log.2.gz',
      'audit.log.1',
    ]);
  });

  it('with times are in their order, whenever they were compressed', () => {
    const [early, late] = [
      'audit-2026-11-22T01-55-02.487.log.gz',
      'audit-2026-11-23T00-00-00.000.log',
    ];
    expect(orderOf([late, 1], [early, 9])).toEqual([early, late]);
  });

  it('of both kinds are in the order in which they were written to', () => {
    expect(orderOf(['audit.log-20261122', 3], ['audit.log.1', 2], ['audit.log.2', 4])).toEqual([
      'audit.log.1',
      'audit.log-20261122',
      'audit.log.2',
    ]);
  });

  it('are the same in whatever order they are found', () => {
    const names = ['audit.log.1', 'audit.log.2.gz', 'audit.log.3', 'audit.log.20'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 4 }), (found) => {
        expect(orderOf(...found.map((name, at) => [name, at] as const))).toEqual([
          ...['audit.log.20', 'audit.log.3', 'audit.log.2.gz', 'audit.log.1'],
        ]);
      }),
    );
  });
});
