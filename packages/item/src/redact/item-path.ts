/** Where a value stands, as text: `requestObject.spec.containers[0].image`. */

export type PathSegment = string | number;

/** A key may be as long as its sender likes. */
const maxPath = 512;

export function pathText(segments: readonly PathSegment[]): string {
  let text = '';
  for (const segment of segments) {
    text += segmentText(segment);
    if (text.length > maxPath) return `${text.slice(text.startsWith('.') ? 1 : 0, maxPath - 1)}…`;
  }
  return text.startsWith('.') ? text.slice(1) : text;
}

function segmentText(segment: PathSegment): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (/^[A-Za-z_$][\w$-]*$/.test(segment)) return `.${segment}`;
  return `[${JSON.stringify(segment.slice(0, maxPath))}]`;
}
