/** Takes the bodies out of items that came whole and are too large. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Delivery } from './delivery.ts';
import { type CutItem, cutRules, openBodyCutter } from './domain/cut-bodies.ts';
import { isOversized, maxItemBytes } from './domain/rejection.ts';

/** What is looked through in one turn of the event loop: some milliseconds' work. */
const sliceBytes = 512 * 1024;

/** The delivery with such items replaced; those that are too large even so stay as they are. */
export async function withCutItems(delivery: Delivery): Promise<Delivery> {
  if (!delivery.items.some(isOversized)) return delivery;
  const cut = new Map(delivery.cut);
  const items: Buffer[] = [];
  for (const item of delivery.items) {
    const left = isOversized(item) ? await cutItem(item, delivery.source) : null;
    if (left?.type === 'cut') cut.set(left.bytes, left.removedBytes);
    items.push(left?.type === 'cut' ? left.bytes : item);
  }
  return { ...delivery, items, cut };
}

async function cutItem(item: Buffer, source: Delivery['source']): Promise<CutItem> {
  const cutter = openBodyCutter(cutRules[source], maxItemBytes);
  for (let at = 0; at < item.length; at += sliceBytes) {
    cutter.push(item.subarray(at, at + sliceBytes));
    await nextTurn();
  }
  return cutter.finish();
}
