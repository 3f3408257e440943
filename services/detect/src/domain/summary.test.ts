import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuditEvent } from '@auditstream/events/generated/types';
import { dockerEvent, execEvent } from '../samples.ts';
import { summarise } from './summary.ts';

const bob = { name: 'bob', id: null, groups: [] };
const secrets = {
  ...{ type: 'secrets', group: null, version: 'v1', subresource: null },
  ...{ namespace: null, name: null, id: null },
};

describe('summarise', () => {
  it.each<[Partial<AuditEvent>, string]>([
    [{}, 'alice created pods/exec shop/web-1 in cluster prod from 10.1.2.3 (101): Exec'],
    [
      { outcome: 'failure', statusCode: 403 },
      'alice tried to create pods/exec shop/web-1 in cluster prod from 10.1.2.3 (403): Exec',
    ],
    [
      { outcome: 'unknown', statusCode: null },
      'alice asked to create pods/exec shop/web-1 in cluster prod from 10.1.2.3: Exec',
    ],
    [
      { effectiveActor: bob, action: 'list', object: secrets, statusCode: 200 },
      'alice as bob listed secrets in cluster prod from 10.1.2.3 (200): Exec',
    ],
    [
      { action: 'deletecollection', object: { ...secrets, namespace: 'shop' }, statusCode: 200 },
      'alice deleted a collection of secrets in namespace shop in cluster prod from 10.1.2.3 (200): Exec',
    ],
    [
      { actor: { ...bob, name: 'unknown' }, action: 'approve', object: null, outcome: 'failure' },
      'an unknown user tried to do approve on "/api/v1/namespaces/shop/pods/web-1/exec?command=sh" in cluster prod from 10.1.2.3 (101): Exec',
    ],
  ])('tells who did what to what: %#', (change, expected) => {
    expect(summarise({ ...execEvent, ...change }, 'Exec')).toBe(expected);
  });

  it.each<[Partial<AuditEvent>, string]>([
    [{}, 'an unknown user caused "exec_create: /bin/ls /" of container web on engine edge-1: Exec'],
    [
      { action: 'die', statusCode: 137, outcome: 'failure' },
      'an unknown user caused die of container web on engine edge-1 (exit code 137): Exec',
    ],
  ])('tells what an engine reports: %#', (change, expected) => {
    expect(summarise({ ...dockerEvent, ...change }, 'Exec')).toBe(expected);
  });

  it.each([
    ['a line break', 'x\nroot deleted y', '"x\\u{a}root deleted y"'],
    ['an escape sequence', 'x\u001b[31m', '"x\\u{1b}[31m"'],
    ['a space, as in a sentence', 'bob created pods', '"bob created pods"'],
    ['a quote', 'x" in cluster "y', '"x\\" in cluster \\"y"'],
    ['a backslash before a quote', 'x\\"', '"x\\\\\\""'],
    ['a turn of the writing direction', 'x\u202egnp', '"x\\u{202e}gnp"'],
    ['half of a pair', 'x\ud800', '"x\\u{d800}"'],
    ['letters of other scripts', 'Özlem', '"Özlem"'],
    ['nothing', '', '""'],
  ])('does not let a name break out: %s', (_, name, expected) => {
    const summary = summarise({ ...execEvent, actor: { ...execEvent.actor, name } }, 'Exec');
    expect(summary).toBe(
      `${expected} created pods/exec shop/web-1 in cluster prod from 10.1.2.3 (101): Exec`,
    );
  });

  it('stays one short line, whatever the names are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, text, (name, action, title) => {
        const actor = { name, id: null, groups: [] };
        const object = { ...secrets, name: action, namespace: title };
        const summary = summarise({ ...execEvent, actor, action, object }, title);
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(summary).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
        expect(Buffer.byteLength(summary)).toBeLessThan(3072);
      }),
    );
  });
});
