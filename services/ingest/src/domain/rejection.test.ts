import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { judgeItem, maxEventDepth, type Provenance } from './record.ts';
import { maxItemBytes } from './rejection.ts';

const kubernetes: Provenance = {
  source: 'kubernetes',
  cluster: 'sample',
  origin: 'live',
  delivery: 'webhook',
  exporter: null,
  receivedAt: 0,
  redaction: defaultPolicy,
};
const docker: Provenance = { ...kubernetes, source: 'docker', delivery: 'engine' };

/** The least that is an event, with members (as JSON text) changed or taken out. */
function event(changes: Readonly<Record<string, string | undefined>> = {}): Buffer {
  const least: Readonly<Record<string, string | undefined>> = {
    level: '"Metadata"',
    auditID: '"a-1"',
    stage: '"Panic"',
    requestURI: '"/version"',
    verb: '"get"',
    user: '{}',
    stageTimestamp: '"2026-11-22T01:55:02.491335Z"',
  };
  const texts = Object.entries({ ...least, ...changes }).flatMap(([key, value]) =>
    value === undefined ? [] : [`"${key}":${value}`],
  );
  return Buffer.from(`{${texts.join(',')}}`);
}

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
type Rejected = readonly [what: string, item: Buffer, code: string, message: string];

const rejected: readonly Rejected[] = [
  ['a number', Buffer.from('5'), 'not-an-event', 'The item is not an object.'],
  ['an array', Buffer.from('[{}]'), 'not-an-event', 'The item is not an object.'],
  ['an empty object', Buffer.from('{}'), 'not-an-event', 'level is not a string.'],
  ['no auditID', event({ auditID: undefined }), 'not-an-event', 'auditID is not a string.'],
  ['an empty auditID', event({ auditID: '""' }), 'not-an-event', 'auditID is empty.'],
  ['a stage that is a number', event({ stage: '1' }), 'not-an-event', 'stage is not a string.'],
  ['no verb', event({ verb: undefined }), 'not-an-event', 'verb is not a string.'],
  ['no user', event({ user: undefined }), 'not-an-event', 'user is not an object.'],
  ['a user that is null', event({ user: 'null' }), 'not-an-event', 'user is not an object.'],
  [
    'a key of the prototype',
    event({ verb: undefined, __proto__x: '{"verb":"get"}' }),
    'not-an-event',
    'verb is not a string.',
  ],
  ['another kind', event({ kind: '"Pod"' }), 'not-an-event', 'kind is not Event.'],
  [
    'another version',
    event({ apiVersion: '"audit.k8s.io/v1beta1"' }),
    'not-an-event',
    'apiVersion is not audit.k8s.io/v1.',
  ],
  ['no time', event({ stageTimestamp: 'null' }), 'not-an-event', 'stageTimestamp is not a string.'],
  [
    'a bad time',
    event({ stageTimestamp: '"yesterday"' }),
    'bad-time',
    'stageTimestamp is not an RFC 3339 time from 1970 to 2254.',
  ],
  [
    'a time before 1970',
    event({ stageTimestamp: '"1969-12-31T23:59:59Z"' }),
    'bad-time',
    'stageTimestamp is not an RFC 3339 time from 1970 to 2254.',
  ],
  [
    'bad UTF-8',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    'not-utf8',
    'The item is not valid UTF-8.',
  ],
  [
    'half an object',
    Buffer.from('{"a":'),
    'not-json',
    'The item is not JSON: the text ends too early, at byte 5.',
  ],
  [
    'too many levels',
    event({ requestObject: deep(maxEventDepth) }),
    'too-deep',
    `More than 64 levels: nested too deeply at byte ${event({ requestObject: '[' }).indexOf('[') + 63}.`,
  ],
  [
    'too many bytes',
    Buffer.alloc(maxItemBytes + 1, ' '),
    'too-large',
    'The item has 8388609 bytes; without its bodies, at most 8388608 are taken.',
  ],
];

describe('an item that is no Kubernetes event', () => {
  it.each(rejected)('is rejected: %s', (...[, item, code, message]) => {
    expect(judgeItem(item, kubernetes)).toEqual({ type: 'rejected', rejection: { code, message } });
  });

  it('is told from the least event, and from those at the limits', () => {
    expect(judgeItem(event(), kubernetes).type).toBe('accepted');
    expect(judgeItem(event({ requestObject: deep(maxEventDepth - 1) }), kubernetes).type).toBe(
      'accepted',
    );
    const padding = maxItemBytes - event({ x: '""' }).length;
    const largest = event({ x: `"${'x'.repeat(padding)}"` });
    expect(largest.length).toBe(maxItemBytes);
    expect(judgeItem(largest, kubernetes).type).toBe('accepted');
    const prefix = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';
    const line = Buffer.from(prefix + largest.toString().slice(1));
    expect(judgeItem(line, kubernetes).type).toBe('accepted');
    const longer = Buffer.from(line.toString().replace(/}$/, ' }'));
    expect(judgeItem(longer, kubernetes).type).toBe('rejected');
  });

  it('takes the last of repeated keys', () => {
    const item = Buffer.from(`{"stage":1,${event().toString().slice(1)}`);
    expect(judgeItem(item, kubernetes).type).toBe('accepted');
  });

  it('is judged, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(judgeItem(Buffer.from(bytes), kubernetes).type).toBe('rejected');
          expect(judgeItem(Buffer.from(bytes), docker).type).toBe('rejected');
        },
      ),
    );
  });
});

describe('an item that is no Docker event', () => {
  it.each([
    [
      'no Type',
      '{"Action":"start","Actor":{"ID":"a"},"timeNano":1}',
      'not-an-event',
      'Type is not a string.',
    ],
    [
      'no Action',
      '{"Type":"container","Actor":{"ID":"a"},"timeNano":1}',
      'not-an-event',
      'Action is not a string.',
    ],
    [
      'no Actor',
      '{"Type":"container","Action":"start","timeNano":1}',
      'not-an-event',
      'Actor is not an object.',
    ],
    [
      'no ID',
      '{"Type":"container","Action":"start","Actor":{},"timeNano":1}',
      'not-an-event',
      'ID is not a string.',
    ],
    [
      'no timeNano',
      '{"Type":"container","Action":"start","Actor":{"ID":"a"}}',
      'not-an-event',
      'timeNano is missing.',
    ],
    [
      'a negative time',
      '{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":-1}',
      'bad-time',
      'timeNano is not a whole number of nanoseconds from 1970 to 2254.',
    ],
  ])('is rejected: %s', (...[, text, code, message]) => {
    expect(judgeItem(Buffer.from(text), docker)).toEqual({
      type: 'rejected',
      rejection: { code, message },
    });
  });
});
