import { describe, expect, it } from '@jest/globals';
import { type Hit } from '../adapters/opensearch.ts';
import { chooseFindings } from './choose-findings.ts';

/** Detections as `actor/rule`, the gravest first. */
function hits(...stories: readonly string[]): readonly Hit[] {
  return stories.map((story, at) => {
    const [name, id] = story.split('/');
    return { _id: `${story} ${at}`, _source: { user: { name }, rule: { id } } };
  });
}

describe('chooseFindings', () => {
  it.each([
    [
      'other actors and rules first',
      hits('admin/1', 'admin/2', 'mallory/1', 'mallory/3', 'robot/3', 'robot/4'),
      ['admin/1 0', 'mallory/3 3', 'robot/4 5'],
    ],
    [
      'then other rules',
      hits('admin/1', 'admin/1', 'admin/2', 'admin/3'),
      ['admin/1 0', 'admin/2 2', 'admin/3 3'],
    ],
    ['then what there is', hits('admin/1', 'admin/1'), ['admin/1 0', 'admin/1 1']],
    ['nothing of nothing', hits(), []],
  ])('%s', (_, found, expected) => {
    expect(chooseFindings(found, 3).map(({ _id }) => _id)).toEqual(expected);
  });
});
