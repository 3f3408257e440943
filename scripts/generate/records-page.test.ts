import { describe, expect, it } from '@jest/globals';
import { type NamedSchema } from './avro-schema.ts';
import { renderRecordsPage } from './records-page.ts';

const schemas: readonly NamedSchema[] = [
  { type: 'enum', name: 'Source', namespace: 'auditstream', doc: 'Kind.', symbols: ['a', 'b'] },
  {
    type: 'record',
    name: 'Detection',
    namespace: 'auditstream',
    doc: 'What was found.',
    fields: [
      { name: 'source', type: ['null', 'auditstream.Source'], doc: 'Kind of system.' },
      {
        name: 'times',
        type: { type: 'array', items: { type: 'long', logicalType: 'timestamp-micros' } },
      },
      { name: 'labels', type: { type: 'map', values: 'string' } },
    ],
  },
];

describe('the page of records', () => {
  const page = renderRecordsPage(new Map(schemas.map((s) => [`auditstream.${s.name}`, s])));

  it('has what topics carry before what that is made of', () => {
    expect(page.match(/^## .*/gm)).toEqual(['## Detection', '## Source']);
  });

  it.each([
    '| `source` | null or [Source](#source) | Kind of system. |',
    '| `times` | array of long (timestamp-micros) |  |',
    '| `labels` | map of string |  |',
    'One of `a`, `b`.',
  ])('says %s', (line) => {
    expect(page).toContain(line);
  });
});
