import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { membersOf, type ScannedItem } from '@auditstream/item/json-scan';
import fc from 'fast-check';
import { cutsIn, withoutCuts } from './cut-members.ts';
import { reduce } from './reduce.ts';

const policy = parsePolicy(
  'p',
  `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - { level: None, users: [robot] }
  - { level: Metadata, users: [alice] }
  - { level: Request, users: [bob] }
  - { level: RequestResponse, users: [carol], omitStages: [Panic] }
  - { level: RequestResponse, users: [dave], omitManagedFields: true }
`,
);

function item(user: string, bodies: string, stage = 'ResponseComplete'): ScannedItem {
  const text =
    `{"level":"RequestResponse","stage":"${stage}","requestURI":"/api/v1/pods","verb":"create",` +
    `"user":{"username":"${user}"},"objectRef":{"resource":"pods"}${bodies},"big":12345678901234567890}`;
  return scan(Buffer.from(text));
}

function scan(bytes: Buffer): ScannedItem {
  const members = membersOf(bytes, Infinity);
  if (members === null) throw new Error('It is no object.');
  return { bytes, members };
}

const both = ',"requestObject":{"a":1.0e2},  "responseObject" : [1]';

/** What is left of an item, and what is said of it. */
function left(what: ScannedItem) {
  const reduced = reduce(what, policy);
  return reduced && { ...reduced, bytes: reduced.bytes?.toString('utf8') ?? null };
}

describe('the reducer', () => {
  it('drops what a rule does not want, by its number', () => {
    expect(left(item('robot', both))).toEqual({ rule: 1, effect: 'dropped', bytes: null });
    expect(left(item('carol', both, 'Panic'))).toEqual({ rule: 4, effect: 'dropped', bytes: null });
  });

  it('takes the bodies above a level, and nothing else', () => {
    expect(left(item('alice', both))).toEqual({
      rule: 2,
      effect: 'bodies',
      bytes: item('alice', '').bytes.toString('utf8'),
    });
    expect(left(item('bob', both))?.bytes).toBe(
      item('bob', ',"requestObject":{"a":1.0e2}').bytes.toString('utf8'),
    );
  });

  it('keeps whole what a rule wants, what has nothing to take, and what no rule fits', () => {
    expect(reduce(item('carol', both), policy)).toBeNull();
    expect(reduce(item('alice', ''), policy)).toBeNull();
    expect(reduce(item('erin', both), policy)).toBeNull();
  });

  it('keeps what it cannot read', () => {
    const strange = [
      '{"user":{"username":"robot"},"verb":1,"requestURI":"/"}',
      '{"user":"robot","verb":"get","requestURI":"/"}',
      '{"verb":"get","requestURI":"/"}',
    ];
    for (const text of strange) expect(reduce(scan(Buffer.from(text)), policy)).toBeNull();
  });

  it.each([
    ['"metadata":{"name":"a","managedFields":[{"x":1}]}', '"metadata":{"name":"a"}'],
    ['"metadata":{"managedFields":[],"name":"a"}', '"metadata":{"name":"a"}'],
    ['"metadata":{"managedFields":[]}', '"metadata":{}'],
    [
      '"items":[{"metadata":{"managedFields":[]}},{"metadata":{"a":1,"managedFields":[],"b":2}}]',
      '"items":[{"metadata":{}},{"metadata":{"a":1,"b":2}}]',
    ],
  ])('leaves out who owns which field: %s', (before, after) => {
    const what = item('dave', `,"requestObject":{${before}},"responseObject":{${before}}`);
    const rest = item('dave', `,"requestObject":{${after}},"responseObject":{${after}}`);
    expect(left(what)).toEqual({
      rule: 5,
      effect: 'managed-fields',
      bytes: rest.bytes.toString('utf8'),
    });
    expect(
      reduce(item('dave', ',"requestObject":{"spec":{"managedFields":[]}}'), policy),
    ).toBeNull();
  });
});

describe('cutting members', () => {
  it('leaves the others as they were, whichever go', () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.jsonValue());
    fc.assert(
      fc.property(
        values,
        fc.subarray(['a', 'b', 'c', 'd', 'e']),
        fc.nat(2),
        (object, gone, space) => {
          const { bytes, members } = scan(Buffer.from(JSON.stringify(object, null, space)));
          const rest = withoutCuts(
            bytes,
            cutsIn(members, ({ key }) => gone.includes(key)),
          );
          const expected = Object.entries(object).filter(([key]) => !gone.includes(key));
          expect(JSON.parse(rest.toString('utf8'))).toEqual(
            JSON.parse(JSON.stringify(Object.fromEntries(expected))),
          );
        },
      ),
    );
  });
});
