import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCodec, schemaOf } from './codec.ts';
import { decodeAll } from './decode-all.ts';
import { CodecError } from './errors.ts';
import { type RuleVersion } from './generated/types.ts';
import { type SchemaRegistry } from './registry-client.ts';
import { topicNames, valueSubject } from './topics.ts';
import { frame } from './wire-format.ts';

const rule: RuleVersion = {
  id: 'eed82177-38f5-4299-8a76-098d50d225ab',
  version: 1,
  title: 'Admission controller changed',
  level: 'medium',
  mode: 'enforce',
  enabled: true,
  text: 'title: …',
  digest: 'abc',
  pack: 'sigmahq',
  author: 'rules service',
  comment: '',
};

/** A registry that holds our schemas under ids from 1 on, and whatever else it is given. */
function registry(others: Readonly<Record<number, string | Error>> = {}): SchemaRegistry & {
  asked: number[];
} {
  const subjects = topicNames.map((topic) => valueSubject(topic));
  const asked: number[] = [];
  return {
    asked,
    idOf: (subject) => Promise.resolve(subjects.indexOf(subject) + 1),
    schemaOf: (id) => {
      asked.push(id);
      const found = others[id];
      if (typeof found === 'string') return Promise.resolve(found);
      return Promise.reject(found ?? new CodecError('unknown-schema', `no schema ${id}`));
    },
  };
}

/** Our schema of rule versions as an earlier release might have had it. */
function earlierSchema(change: (fields: { name: string }[]) => unknown[]): string {
  const schema = JSON.parse(schemaOf('audit.rules')) as { fields: { name: string }[] };
  return JSON.stringify({ ...schema, fields: change(schema.fields) });
}

describe('openCodec', () => {
  it('writes the Confluent wire format and reads it back', async () => {
    const codec = await openCodec('audit.rules', registry());
    const bytes = codec.encode(rule);
    expect(bytes[0]).toBe(0);
    expect(bytes.readInt32BE(1)).toBe(topicNames.indexOf('audit.rules') + 1);
    expect({ ...codec.decode(bytes) }).toEqual(rule);
  });

  it('keeps any bytes of an event as they are', async () => {
    const codec = await openCodec('audit.ingested', registry());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(), (body, time) => {
        const record = {
          ...{ id: 'i', requestId: 'r', cluster: 'c', time, receivedAt: time },
          ...({ source: 'docker', origin: 'live', delivery: 'engine', exporter: null } as const),
          ...{ redactions: [], redacted: 0, truncatedBytes: 0 },
          body: Buffer.from(body),
        };
        expect(codec.decode(codec.encode(record)).body.equals(record.body)).toBe(true);
      }),
    );
  });

  it('names the topic of a value that does not fit', async () => {
    const codec = await openCodec('audit.rules', registry());
    const wrong = { ...rule, version: 1.5 };
    expect(() => codec.encode(wrong)).toThrow(/audit.rules does not fit its schema/);
  });

  it("reads what an earlier writer wrote, by the writer's own schema", async () => {
    const earlier = earlierSchema((fields) => [
      ...fields,
      { name: 'gone', type: 'string', default: '' },
    ]);
    const known = registry({ 77: earlier });
    const codec = await openCodec('audit.rules', known);
    const written = Buffer.concat([codec.encode(rule).subarray(5), Buffer.from([2, 0x61])]);
    const framed = frame(77, written);

    expect(() => codec.decode(framed)).toThrow(expect.objectContaining({ code: 'unknown-schema' }));
    await codec.prepare([framed]);
    await codec.prepare([framed]);
    expect({ ...codec.decode(framed) }).toEqual(rule);
    expect(known.asked).toEqual([77]);
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /does not begin with the header/],
    ['another first byte', Buffer.from([1, 0, 0, 0, 1, 0]), /does not begin with the header/],
    ['a header alone', Buffer.from([0, 0, 0, 0, 4]), /not a value of its schema/],
    ['bytes that end early', Buffer.from([0, 0, 0, 0, 4, 80, 65]), /not a value of its schema/],
  ])('tells %s from a record', async (_, bytes, message) => {
    const codec = await openCodec('audit.rules', registry());
    expect(() => codec.decode(bytes)).toThrow(message);
  });

  it('tells trailing bytes from a record', async () => {
    const codec = await openCodec('audit.rules', registry());
    const long = Buffer.concat([codec.encode(rule), Buffer.from([0])]);
    expect(() => codec.decode(long)).toThrow(expect.objectContaining({ code: 'undecodable' }));
  });
});

const noGrace = { unknownSchemaGraceMs: 0 };

describe('decodeAll', () => {
  it('gives one result for each record, and reasons for what is none', async () => {
    const incompatible = earlierSchema((fields) => fields.slice(1));
    const codec = await openCodec('audit.rules', registry({ 77: incompatible }), noGrace);
    const records = [
      codec.encode(rule),
      Buffer.from('x'),
      null,
      frame(77, Buffer.alloc(3)),
      frame(78, Buffer.alloc(3)),
    ];
    const results = await decodeAll(
      codec,
      records.map((value) => ({ value })),
    );
    expect(results.map((result) => (result.ok ? 'value' : result.rejection.code))).toEqual([
      'value',
      'undecodable',
      'undecodable',
      'incompatible-schema',
      'unknown-schema',
    ]);
  });

  it('gives a registry time to know the schema of a record', async () => {
    let now = 0;
    const others: Record<number, string> = {};
    const options = { now: () => now, unknownSchemaGraceMs: 60_000 };
    const codec = await openCodec('audit.rules', registry(others), options);
    const [late, never] = [
      { value: frame(77, Buffer.alloc(3)) },
      { value: frame(78, Buffer.alloc(3)) },
    ];

    await expect(decodeAll(codec, [late])).rejects.toMatchObject({ retryable: true });
    await expect(decodeAll(codec, [never])).rejects.toMatchObject({ retryable: true });
    others[77] = earlierSchema((fields) => fields.slice(1));
    now = 60_000;
    const results = await decodeAll(codec, [late, never]);
    expect(results.map((result) => (result.ok ? 'value' : result.rejection.code))).toEqual([
      'incompatible-schema',
      'unknown-schema',
    ]);
  });

  it('rejects none of them while the registry is away', async () => {
    const away = new CodecError('registry-unreachable', 'no answer');
    const codec = await openCodec('audit.rules', registry({ 77: away }));
    const records = [{ value: frame(77, Buffer.alloc(3)) }];
    await expect(decodeAll(codec, records)).rejects.toMatchObject({ retryable: true });
  });
});
