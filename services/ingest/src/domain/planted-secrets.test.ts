import { describe, expect, it } from '@jest/globals';
import { plantedPlaces, plantedSecrets, type PlantedItem } from '@auditstream/item/testing/planted';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { judgeItem } from './record.ts';

function judged({ source, item }: PlantedItem): string {
  const judgement = judgeItem(item, {
    ...({
      source,
      cluster: 'c',
      origin: 'live',
      delivery: 'file',
      exporter: null,
      receivedAt: 0,
    } as const),
    redaction: defaultPolicy,
  });
  if (judgement.type === 'rejected') throw new Error(judgement.rejection.message);
  if (judgement.type === 'dropped') throw new Error('The event was dropped.');
  const { body, ...rest } = judgement.record;
  JSON.parse(body.toString());
  expect(rest.redacted).toBeGreaterThan(0);
  return `${body.toString()} ${JSON.stringify(rest)} ${judgement.key}`;
}

/** The secret as JSON, a URI or base64 may spell it. */
function spellings(core: string): readonly string[] {
  return [core, JSON.stringify(core).slice(1, -1), encodeURIComponent(core)];
}

describe.each(plantedPlaces)('in $where', ({ takesAll, plant }) => {
  const secrets = plantedSecrets.filter(({ shows }) => takesAll || shows);

  it.each(secrets)('no $what stays', ({ value, core }) => {
    const text = judged(plant(value));
    for (const spelling of spellings(core)) expect(text).not.toContain(spelling);
    expect(text).not.toContain(Buffer.from(value).toString('base64').slice(4, 20));
    expect(text).toContain('[redacted]');
  });

  it.each(secrets)('no $what stays that is spelled in escapes', ({ value, core }) => {
    const { source, item } = plant(value);
    const escaped = item.toString().replace(/[A-Za-z](?=[A-Za-z]*[":/=\\])/g, inEscapes);
    const text = judged({ source, item: Buffer.from(escaped) });
    const plain = text.replace(/\\u([0-9a-f]{4})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    for (const spelling of spellings(core)) expect(plain).not.toContain(spelling);
  });
});

function inEscapes(letter: string, offset: number, text: string): string {
  // A letter behind a backslash, or inside an escape, is none that can be spelled otherwise.
  if (text[offset - 1] === '\\' || /\\u[0-9a-f]{0,3}$/.test(text.slice(offset - 5, offset))) {
    return letter;
  }
  return `\\u00${letter.charCodeAt(0).toString(16)}`;
}
