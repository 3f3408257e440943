import { describe, expect, it } from '@jest/globals';
import { distinctImages, imagesIn } from './images.ts';

const pod = {
  spec: { containers: [{ image: 'nginx:1.27' }], initContainers: [{ image: 'init' }] },
};

describe('imagesIn', () => {
  it.each([
    ['a Pod', [pod], ['init', 'nginx:1.27']],
    ['a workload', [{ spec: { template: pod } }], ['init', 'nginx:1.27']],
    ['a CronJob', [{ spec: { jobTemplate: { spec: { template: pod } } } }], ['init', 'nginx:1.27']],
    ['a PodTemplate', [{ template: pod }], ['init', 'nginx:1.27']],
    [
      'a merge patch of ephemeral containers',
      [{ spec: { ephemeralContainers: [{ image: 'debug' }] } }],
      ['debug'],
    ],
    [
      'request before response, no repeats',
      [{ spec: { template: pod } }, pod],
      ['init', 'nginx:1.27'],
    ],
    ['lists of objects', [{ kind: 'PodList', items: [pod] }], []],
    ['text where an object was', ['skipped-too-big-size-object', undefined], []],
    [
      'wrong types inside',
      [{ spec: { containers: { image: 'x' }, initContainers: [1, null] } }],
      [],
    ],
    ['an image that is no text', [{ spec: { containers: [{ image: 7 }, { image: '' }] } }], []],
  ])('reads %s', (_name, bodies, expected) => {
    expect(imagesIn(bodies)).toEqual(expected);
  });

  it.each([
    ['/spec/containers/0/image', 'evil:1', ['evil:1']],
    ['/spec/template/spec/containers/-', { image: 'evil:1' }, ['evil:1']],
    ['/spec/initContainers/12', { image: 'evil:1' }, ['evil:1']],
    ['/spec/ephemeralContainers', [{ image: 'evil:1' }], ['evil:1']],
    ['/spec', pod.spec, ['init', 'nginx:1.27']],
    ['/spec/template', pod, ['init', 'nginx:1.27']],
    ['/spec/jobTemplate', { spec: { template: pod } }, ['init', 'nginx:1.27']],
    ['/metadata/labels/image', { image: 'label' }, []],
    ['/spec/replicas', 3, []],
  ])('reads a JSON patch at %s', (path, value, expected) => {
    expect(imagesIn([[{ op: 'add', path, value }]])).toEqual(expected);
  });
});

describe('distinctImages', () => {
  it('keeps 64 and leaves out what is too long', () => {
    const many = Array.from({ length: 100 }, (_, at) => `image:${at}`);
    expect(distinctImages(['x'.repeat(513), ...many])).toEqual(many.slice(0, 64));
  });
});
