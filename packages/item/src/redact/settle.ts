/** Looks again at what would be left, since two secrets that overlap can leave what looks like a third. */
import { type Found, merged } from './found.ts';
import { marker } from './marker.ts';

/** Finds secrets in texts that belong together: for each text its parts. */
export type Scan = (texts: readonly string[]) => readonly (readonly Found[])[];

const maxRounds = 8;

/** @returns what the scan finds, with which it finds nothing any more in what is left */
export function settled(scan: Scan, texts: readonly string[]): readonly (readonly Found[])[] {
  let parts = scan(texts);
  for (let round = 1; round < maxRounds; round += 1) {
    const before = parts;
    if (before.every(isEmpty)) return before;
    const left = texts.map((text, index) => withMarkers(text, before[index] ?? []));
    const more = scan(left);
    if (more.every(isEmpty)) return before;
    parts = before.map((found, index) => {
      const back = wayBack(found);
      const original = (more[index] ?? []).map(({ start, end, kind }) => ({
        ...{ start: back(start, 'start'), end: back(end, 'end'), kind },
      }));
      return merged([...found, ...original]);
    });
  }
  return texts.map((text) => (text === '' ? [] : [{ start: 0, end: text.length, kind: 'opaque' }]));
}

function isEmpty(parts: readonly Found[]): boolean {
  return parts.length === 0;
}

function withMarkers(text: string, parts: readonly Found[]): string {
  if (parts.length === 0) return text;
  let [left, at] = ['', 0];
  for (const { start, end } of parts) {
    left += text.slice(at, start) + marker;
    at = end;
  }
  return left + text.slice(at);
}

/**
 * From places in a text with markers to places in the text itself. Inside of a marker that is the beginning
 * or the end of what the marker stands for. Places have to be asked for in their order.
 */
function wayBack(parts: readonly Found[]): (at: number, side: 'start' | 'end') => number {
  let [index, shift] = [0, 0];
  return (at, side) => {
    for (let part = parts[index]; part !== undefined; part = parts[index]) {
      const from = part.start - shift;
      if (at < from || (at === from && side === 'end')) break;
      if (at < from + marker.length) return side === 'start' ? part.start : part.end;
      shift += part.end - part.start - marker.length;
      index += 1;
    }
    return at + shift;
  };
}
