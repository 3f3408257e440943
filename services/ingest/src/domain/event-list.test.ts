import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxListItems, splitEventList } from './event-list.ts';

const sample = new URL('../../../../sample/kubernetes/webhook/', import.meta.url);

function list(items: string): Buffer {
  return Buffer.from(
    `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":${items}}`,
  );
}

function itemTexts(body: Buffer): readonly string[] {
  const split = splitEventList(body);
  if (!split.ok) throw new Error(split.message);
  return split.items.map((item) => item.toString());
}

describe('an event list', () => {
  it.each(readdirSync(sample))('of a real API server is split: %s', (name) => {
    const body = readFileSync(new URL(name, sample));
    const texts = itemTexts(body);
    const { items } = JSON.parse(body.toString()) as { items: unknown[] };
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(items);
    expect(body.includes(`"items":[${texts.join(',')}]`)).toBe(true);
  });

  it('gives the exact bytes of its items', () => {
    const items = ['{"a":12345678901234567890,"a" : "\\u00e9"}', '5', '"\u00e9"', '[ ]', 'null'];
    expect(itemTexts(list(`[ ${items.join(' ,\n')} ]`))).toEqual(items);
  });

  it('gives them whatever stands around', () => {
    const item = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.json(), (items, other) => {
        const body = `{"x":${other},"items":[${items.join(', ')}],"apiVersion":"audit.k8s.io\\/v1" ,"kind" : "EventList"}`;
        expect(itemTexts(Buffer.from(body))).toEqual(items.map((text) => text.trim()));
      }),
    );
  });

  it('survives an item that is nested too deeply for any event', () => {
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    expect(itemTexts(list(`[1,${deep},2]`))).toEqual(['1', deep, '2']);
  });

  it.each(['[]', 'null'])('may be empty: %s', (items) => {
    expect(itemTexts(list(items))).toEqual([]);
  });

  it('shares the memory of the body', () => {
    const body = list('[1]');
    const split = splitEventList(body);
    expect(split.ok && split.items[0]?.buffer).toBe(body.buffer);
  });
});

const good = '"kind":"EventList","apiVersion":"audit.k8s.io/v1"';
const refused: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'The body is not a JSON object: the text ends too early, at byte 0.'],
  ['another value', '[]', 'The body is not a JSON object: unexpected byte at byte 0.'],
  [
    'half a list',
    `{${good},"items":[{"a":1},{`,
    'The body is not a JSON object: the text ends too early, at byte 69.',
  ],
  [
    'something behind it',
    `{${good},"items":[]}x`,
    'The body is not a JSON object: unexpected byte at byte 62.',
  ],
  [
    'a single event',
    '{"kind":"Event"}',
    "The list's kind is not EventList: send an EventList of audit.k8s.io/v1.",
  ],
  [
    'a kind that is no string',
    '{"kind":1}',
    "The list's kind is not EventList: send an EventList of audit.k8s.io/v1.",
  ],
  [
    'an older version',
    '{"kind":"EventList","apiVersion":"audit.k8s.io/v1beta1","items":[]}',
    "The list's apiVersion is not audit.k8s.io/v1: send an EventList of audit.k8s.io/v1.",
  ],
  [
    'no kind',
    '{"apiVersion":"audit.k8s.io/v1","items":[]}',
    'The list has no member kind: send an EventList of audit.k8s.io/v1.',
  ],
  ['no items', `{${good}}`, 'The list has no member items: send an EventList of audit.k8s.io/v1.'],
  ['items that are an object', `{${good},"items":{}}`, "The list's items are not an array."],
  [
    'items twice',
    `{${good},"items":[],"\\u0069tems":[]}`,
    'The list has more than one member items.',
  ],
  [
    'too many items',
    `{${good},"items":[${'0,'.repeat(maxListItems)}0]}`,
    'The list has more than 20000 items: send smaller batches.',
  ],
];

describe('a body that is no event list', () => {
  it.each(refused)('is refused: %s', (_what, body, message) => {
    expect(splitEventList(Buffer.from(body))).toEqual({ ok: false, message });
  });
});
