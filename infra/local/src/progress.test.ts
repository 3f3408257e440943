import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { type Progress, progressLine, progressRenderer } from './progress.ts';

const download = (done: number): Progress => ({
  engine: 'kafka',
  phase: 'download',
  done,
  total: 40_000_000,
});

describe('progressLine', () => {
  it.each<[Progress, string]>([
    [download(10_000_000), 'kafka: downloading, 10 of 40 MB'],
    [download(40_000_000), 'kafka: downloaded 40 MB'],
    [{ engine: 'registry', phase: 'start', done: 0, total: 1 }, 'registry: starting'],
    [{ engine: 'registry', phase: 'start', done: 1, total: 1 }, 'registry: ready'],
  ])('of %j', (progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });
});

describe('progressRenderer', () => {
  const lines = (stream: PassThrough): string[] =>
    String(stream.read() ?? '')
      .split('\n')
      .filter((line) => line !== '');

  it('writes a line for each quarter of a download where there is no terminal', () => {
    const stream = new PassThrough();
    const { report, finish } = progressRenderer(stream);
    for (let megabytes = 0; megabytes <= 40; megabytes += 1) report(download(megabytes * 1e6));
    finish();
    expect(lines(stream)).toEqual([
      'kafka: downloading, 0 of 40 MB',
      'kafka: downloading, 10 of 40 MB',
      'kafka: downloading, 20 of 40 MB',
      'kafka: downloading, 30 of 40 MB',
      'kafka: downloaded 40 MB',
    ]);
  });

  it('tells a step again that is taken again', () => {
    const stream = new PassThrough();
    const { report } = progressRenderer(stream);
    for (const done of [0, 1, 0, 1]) report({ engine: 'kafka', phase: 'start', done, total: 1 });
    expect(lines(stream)).toHaveLength(4);
  });
});
