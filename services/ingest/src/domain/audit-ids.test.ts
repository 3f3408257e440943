import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuditIdSighting, createAuditIds, maxRequestsOfAuditId } from './audit-ids.ts';

const first = { auditId: 'a', call: 'alice get /x', requestId: 'r1', source: 'front' };
const second = { ...first, requestId: 'r2' };

function tell(sightings: readonly AuditIdSighting[], window?: number): readonly string[] {
  const ids = createAuditIds(window);
  return sightings.flatMap((sighting) => {
    const { others = [], isBeyond = false } = ids.see(sighting) ?? {};
    const pairs = others.map((other) => `${sighting.auditId}: ${other} ${sighting.requestId}`);
    return isBeyond ? [`${sighting.auditId}: beyond`] : pairs;
  });
}

describe('reused audit ids', () => {
  it('are told where one source has two requests, whatever they call', () => {
    expect(tell([first, second])).toEqual(['a: r1 r2']);
  });

  it('are told where two sources have different calls', () => {
    expect(tell([first, { ...second, source: 'metrics', call: 'eve get /x' }])).toEqual([
      'a: r1 r2',
    ]);
  });

  it('are honest where one API server passes a call on to another', () => {
    const passedOn = { ...second, source: 'metrics' };
    expect(tell([first, passedOn, first, passedOn])).toEqual([]);
  });

  it('are none where stages, repeats or a second way in bring the same request', () => {
    expect(tell([first, first, { ...first, source: 'log file' }, first])).toEqual([]);
  });

  it('are told once where both requests come by a second way in too', () => {
    const byFile = [first, second].map((sighting) => ({ ...sighting, source: 'log file' }));
    expect(tell([first, second, ...byFile])).toEqual(['a: r1 r2']);
  });

  it('are told late where a second way in shows that both are of one API server', () => {
    const sightings = [first, { ...second, source: 'other' }, { ...second, source: 'front' }];
    expect(tell(sightings)).toEqual(['a: r1 r2']);
  });

  it('are not told pair by pair where one id has a crowd of requests', () => {
    const crowd = Array.from({ length: 100 }, (_, at) => ({ ...first, requestId: `r${at}` }));
    const told = tell(crowd);
    expect(told.filter((text) => text !== 'a: beyond')).toHaveLength(6);
    expect(told.filter((text) => text === 'a: beyond')).toHaveLength(96);
  });

  it('are forgotten behind the window, and found within it', () => {
    const others = (count: number): readonly AuditIdSighting[] =>
      Array.from({ length: count }, (_, at) => ({ ...first, auditId: `other ${at}` }));
    expect(tell([first, ...others(10), second], 10)).toEqual(['a: r1 r2']);
    expect(tell([first, ...others(21), second], 10)).toEqual([]);
  });
});

describe('any sightings within the window', () => {
  const sighting = fc.record({
    auditId: fc.constantFrom('a', 'b'),
    request: fc.integer({ min: 0, max: maxRequestsOfAuditId - 1 }),
    source: fc.constantFrom('one', 'two', 'three'),
  });
  /** Requests 0 and 2, 1 and 3 call the same. */
  const complete = fc.array(sighting).map((some) =>
    some.map(({ auditId, request, source }) => ({
      ...{ auditId, source },
      requestId: `${auditId}${request}`,
      call: `call ${request % 2}`,
    })),
  );

  it('give each pair in conflict once, and no other', () => {
    fc.assert(
      fc.property(complete, (sightings) => {
        const told = tell(sightings).map((text) => text.split(' ').slice(1).sort().join(' '));
        expect([...told].sort()).toEqual(pairsInConflict(sightings));
      }),
    );
  });
});

function pairsInConflict(sightings: readonly AuditIdSighting[]): readonly string[] {
  const pairs = sightings.flatMap((one) =>
    sightings
      .filter((other) => one.auditId === other.auditId && one.requestId < other.requestId)
      .filter((other) => one.call !== other.call || one.source === other.source)
      .map((other) => `${one.requestId} ${other.requestId}`),
  );
  return [...new Set(pairs)].sort();
}
