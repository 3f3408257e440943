import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { membersOf } from '@auditstream/item/json-scan';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { redactItem } from '@auditstream/item/redact/redact';
import { sampleFolder } from '../../cli/src/sample/manifest.ts';

/** Real webhook items, as text that is sent byte for byte. */
function sampleItems(): readonly string[] {
  const names = Array.from({ length: 16 }, (_, at) => String(at + 1).padStart(4, '0'));
  return names.flatMap((name) => {
    const body = readFileSync(join(sampleFolder, 'kubernetes/webhook', `${name}.json`), 'utf8');
    const items = (JSON.parse(body) as { items: unknown[] }).items;
    return items.map((item) => JSON.stringify(item));
  });
}

/**
 * Any number of distinct, real-shaped events: the sample's items over and over, each time as if they were
 * other requests. The stages of a request stay together.
 *
 * @param seed names the set; equal seeds give equal bytes
 */
export function* eventsOf(seed: string, count: number): Generator<string> {
  const items = sampleItems();
  for (let at = 0; at < count; at += 1) {
    const round = `${seed} ${Math.floor(at / items.length)}`;
    yield renamed(items[at % items.length] ?? '', round);
  }
}

/** Items that scan as JSON but are no events. */
export const badItems = ['{}', '[]', '"text"', '{"auditID":"x","stage":7}', 'null'] as const;

/** An item as it is stored: without its secrets, all other bytes as they are. */
export function asStored(item: string): string {
  const bytes = Buffer.from(item);
  const members = membersOf(bytes, Infinity) ?? [];
  return redactItem({ bytes, members }, 'kubernetes', defaultPolicy).bytes.toString();
}

export function batchOf(items: readonly string[]): Buffer {
  const envelope = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[';
  return Buffer.from(`${envelope}${items.join(',')}]}`);
}

/** An audit id of the same form that only this round has. */
function renamed(item: string, round: string): string {
  return item.replace(/"auditID":"([0-9a-f-]{36})"/, (_, id: string) => {
    const hex = createHash('sha256').update(`${round} ${id}`).digest('hex');
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
    return `"auditID":"${[...parts, hex.slice(20, 32)].join('-')}"`;
  });
}
