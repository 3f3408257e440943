import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScannedItem } from '../json-scan.ts';
import { membersOf } from '../json-scan.ts';
import { plantedPlaces, plantedSecrets } from '../testing/planted.ts';
import { defaultPolicy, parsePath, type RedactionPolicy } from './policy.ts';
import { findRemovals, redactItem, type RedactedSource } from './redact.ts';

function scanned(bytes: Buffer): ScannedItem {
  const members = membersOf(bytes, Infinity);
  if (members === null) throw new Error('The item is no object.');
  return { bytes, members };
}

const R = '[redacted]';

/** JSON that is full of what redaction looks for. */
const soup = fc.letrec((tie) => {
  const pieces = fc.constantFrom(
    ...[
      'password',
      'token',
      '=',
      ': ',
      '"',
      "'",
      '\\',
      ' ',
      '\n',
      '&',
      ';',
      '[redacted]',
      'eyJhbGci',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----END ',
      '://',
      '@',
      'u:p@',
      'Bearer abcdefgh1',
      'Basic ',
    ],
    ...['AKIAABCDEFGHIJKLMNOP', '.', '%26', '+', '?command=mysql&command=-p', 'é', '\ud83d\ude00'],
    ...['exec_create: ', 'curl -u a:b', 'ghp_', 'x'.repeat(40), 'Authorization: ', '{', '}'],
  );
  const text = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));
  const key = fc.oneof(
    {
      arbitrary: fc.constantFrom(
        'data',
        'kind',
        'items',
        'env',
        'value',
        'name',
        'args',
        'path',
        'password',
        'requestObject',
        'requestURI',
        'Action',
        'objectRef',
        'resource',
        '__proto__',
      ),
      weight: 4,
    },
    text,
  );
  const scalar = fc.oneof(
    text,
    fc.constantFrom('Secret', 'secrets', '/data/a'),
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
  );
  return {
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalar,
      tie('object'),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
    object: fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
  };
});
const source = fc.constantFrom<RedactedSource>('kubernetes', 'docker', 'auditstream');
const policies = fc.constantFrom<RedactionPolicy>(defaultPolicy, {
  execArguments: 'drop',
  paths: [{ resource: '*', steps: parsePath('*.value') ?? [] }],
});

describe('any JSON object', () => {
  const runs = { numRuns: 3_000 };

  it('is JSON afterwards, with the same bytes outside of what is recorded', () => {
    fc.assert(
      fc.property(soup.object, source, policies, (object, from, policy) => {
        const item = scanned(Buffer.from(JSON.stringify(object)));
        const { bytes, counts } = redactItem(item, from, policy);
        JSON.parse(bytes.toString());
        const removals = findRemovals(item, from, policy);
        let [at, rebuilt] = [0, ''];
        for (const { start, end, quoted } of removals) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          rebuilt += item.bytes.toString('latin1', at, start) + (quoted ? `"${R}"` : R);
          at = end;
        }
        expect(bytes.toString('latin1')).toBe(rebuilt + item.bytes.toString('latin1', at));
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(removals.length);
      }),
      runs,
    );
  });

  it('stays as it is when it is redacted again', () => {
    fc.assert(
      fc.property(soup.object, source, policies, (object, from, policy) => {
        const once = redactItem(scanned(Buffer.from(JSON.stringify(object))), from, policy).bytes;
        const twice = redactItem(scanned(once), from, policy);
        expect(twice.bytes.toString()).toBe(once.toString());
        expect(twice.redactions).toEqual([]);
      }),
      runs,
    );
  });

  it('with planted secrets stays as it is when it is redacted again', () => {
    for (const { plant } of plantedPlaces) {
      for (const { value } of plantedSecrets) {
        const { source: from, item } = plant(value);
        const once = redactItem(scanned(item), from, defaultPolicy).bytes;
        expect(redactItem(scanned(once), from, defaultPolicy).bytes.toString()).toBe(
          once.toString(),
        );
      }
    }
  });
});
