import { describe, expect, it } from '@jest/globals';
import { createEvidenceSink } from './evidence.ts';

function taken(
  values: readonly string[],
): ReturnType<ReturnType<typeof createEvidenceSink>['take']> {
  const sink = createEvidenceSink();
  for (const value of values) sink.add('f', value);
  return sink.take();
}

describe('createEvidenceSink', () => {
  it('keeps the order and each pair once', () => {
    expect(taken(['b', 'a', 'b'])).toEqual({
      fields: [
        { field: 'f', value: 'b' },
        { field: 'f', value: 'a' },
      ],
      omitted: 0,
    });
  });

  it('keeps 20 and counts the others once each', () => {
    const values = Array.from({ length: 25 }, (_, index) => `v${index}`);
    const evidence = taken([...values, ...values]);
    expect(evidence.fields).toHaveLength(20);
    expect(evidence.omitted).toBe(5);
  });

  it.each([
    ['x'.repeat(256), 'x'.repeat(256)],
    ['x'.repeat(257), 'x'.repeat(255) + '…'],
    ['x'.repeat(254) + '😀xx', 'x'.repeat(254) + '…'],
    ['x'.repeat(253) + '😀xx', 'x'.repeat(253) + '😀…'],
  ])('bounds values without cutting a character in two (%#)', (value, expected) => {
    expect(taken([value]).fields).toEqual([{ field: 'f', value: expected }]);
  });
});
