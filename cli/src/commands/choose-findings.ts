import { type Hit } from '../adapters/opensearch.ts';
import { textAt } from '../view/fields.ts';

/**
 * Some detections that tell different stories: no two of one actor or of one rule as long as there are
 * others, so that a busy administrator or a busy rule does not hide the rest.
 *
 * @param hits the gravest first
 */
export function chooseFindings(hits: readonly Hit[], count: number): readonly Hit[] {
  const chosen: Hit[] = [];
  const isNew = (hit: Hit, field: string): boolean =>
    chosen.every((other) => textAt(other._source, field) !== textAt(hit._source, field));
  const tests: readonly ((hit: Hit) => boolean)[] = [
    (hit) => isNew(hit, 'user.name') && isNew(hit, 'rule.id'),
    (hit) => isNew(hit, 'rule.id'),
    (hit) => !chosen.includes(hit),
  ];
  for (const test of tests) {
    for (const hit of hits) {
      if (chosen.length < count && test(hit)) chosen.push(hit);
    }
  }
  return chosen;
}
