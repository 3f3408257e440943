import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CutItem, type CutRule, cutRules, openBodyCutter } from './cut-bodies.ts';

const { kubernetes, docker } = cutRules;

/** Cuts a text that comes in pieces of this size. */
function cut(text: string, rule: CutRule, pieceBytes = Infinity): CutItem {
  const cutter = openBodyCutter(rule, 1_000);
  const bytes = Buffer.from(text);
  const size = Math.min(pieceBytes, bytes.length);
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
  return cutter.finish();
}

function textOf(item: CutItem): string {
  return item.type === 'cut' ? item.bytes.toString() : item.type;
}

const gone = (bytes: number): string => `{"auditstream.truncated":{"bytes":${bytes}}}`;

describe('cutting a Kubernetes event', () => {
  it.each([
    [
      'an object',
      '{"a":1,"requestObject":{"b":[1,{"c":"}"}]},"d":2}',
      '{"a":1,"requestObject":~,"d":2}',
      19,
    ],
    ['an array', '{"requestObject":[{"op":"add"}]}', '{"requestObject":~}', 14],
    ['a text with quotes', '{"responseObject":"a\\"}\\\\","d":2}', '{"responseObject":~,"d":2}', 8],
    ['a number at the end', '{"responseObject" : 12e3 }', '{"responseObject" : ~ }', 4],
    ['null', '{"requestObject":null}', '{"requestObject":~}', 4],
    ['a key spelled with an escape', '{"request\\u004fbject":{}}', '{"request\\u004fbject":~}', 2],
    [
      'what is left, byte for byte',
      '{ "n":12345678901234567890,"\\u006b":"\\/", "requestObject":[]}',
      '{ "n":12345678901234567890,"\\u006b":"\\/", "requestObject":~}',
      2,
    ],
  ])('takes out %s', (_what, text, left, bytes) => {
    const expected = left.replace('~', gone(bytes));
    for (let piece = 1; piece <= text.length; piece += 1) {
      expect(cut(text, kubernetes, piece)).toEqual({
        ...{ type: 'cut', bytes: Buffer.from(expected), removedBytes: bytes },
      });
    }
  });

  it('takes out every body, repeated ones too', () => {
    const text = '{"requestObject":1,"responseObject":{"x":2},"requestObject":"abc"}';
    const left = `{"requestObject":${gone(1)},"responseObject":${gone(7)},"requestObject":${gone(5)}}`;
    expect(cut(text, kubernetes)).toMatchObject({ removedBytes: 13, bytes: Buffer.from(left) });
  });

  it.each([
    '{"annotations":{"requestObject":"stays"},"user":{"responseObject":[1]}}',
    '{"a":"requestObject","b":["requestObject",{"requestObject":1}]}',
    '[{"requestObject":1}]',
    '{"requestobject":1}',
    'no JSON at all { ] } "',
    '',
  ])('leaves %s as it is', (text) => {
    expect(cut(text, kubernetes, 3)).toEqual({
      ...{ type: 'cut', bytes: Buffer.from(text), removedBytes: 0 },
    });
  });

  it('holds no more than the limit, however much comes', () => {
    expect(cut(`{"a":"${'x'.repeat(2_000)}"}`, kubernetes, 100)).toEqual({ type: 'too-large' });
    const many = `{${'"requestObject":1,'.repeat(100)}"b":1}`;
    expect(cut(many, kubernetes, 7)).toEqual({ type: 'too-large' });
  });

  it('leaves JSON that says the same but for the bodies, wherever the pieces end', () => {
    const key = fc.constantFrom('requestObject', 'responseObject', 'a', '"', '__proto__');
    const events = fc.dictionary(key, fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 20 }), (event, piece) => {
        fc.pre(JSON.stringify(event).length < 700);
        const parsed = JSON.parse(textOf(cut(JSON.stringify(event), kubernetes, piece))) as object;
        const expected = Object.entries(event).map(([name, value]): readonly [string, unknown] => {
          const isBody = name === 'requestObject' || name === 'responseObject';
          const bytes = Buffer.byteLength(JSON.stringify(value));
          return [
            name,
            isBody ? { 'auditstream.truncated': { bytes } } : JSON.parse(JSON.stringify(value)),
          ];
        });
        expect(Object.entries(parsed)).toEqual(expected);
      }),
    );
  });
});

describe('cutting a Docker event', () => {
  it('takes out the large attributes and keeps the others', () => {
    const rule = { ...docker, keepBytes: 10 };
    const text =
      '{"Type":"x","Actor":{"ID":"aaaaaaaaaaaaaaaa","Attributes":{"image":"short","label":"long enough","deep":{"a":{}}}},"status":"aaaaaaaaaaaaaaa"}';
    const left = text.replace('"long enough"', gone(13));
    for (let piece = 1; piece <= text.length; piece += 3) {
      expect(cut(text, rule, piece)).toMatchObject({ bytes: Buffer.from(left), removedBytes: 13 });
    }
  });

  it('looks for attributes where an engine has them, and nowhere else', () => {
    const rule = { ...docker, keepBytes: 0 };
    for (const text of [
      '{"Attributes":{"a":"b"}}',
      '{"Actor":[{"Attributes":{"a":1}}]}',
      '{"Actor":1}',
    ]) {
      expect(textOf(cut(text, rule, 2))).toBe(text);
    }
  });
});
