import { describe, expect, it } from '@jest/globals';
import { type Source } from './sources.ts';
import { watchedSources } from './watched-sources.ts';

const log: Source = { kind: 'kubernetes-log', cluster: 'c', origin: 'live', files: ['/a.log'] };
const webhook: Source = {
  kind: 'kubernetes-webhook',
  cluster: 'c',
  origin: 'live',
  credentials: [],
};
const engine: Source = {
  kind: 'docker-engine',
  cluster: 'e',
  origin: 'live',
  address: { type: 'unix', path: '/e.sock' },
};

const limits = (...sources: readonly Source[]): readonly unknown[] =>
  watchedSources(sources).map(({ name, silentAfter }) => [name, silentAfter]);

describe('watched sources', () => {
  it('have a limit by their kind', () => {
    expect(limits(webhook, log, engine)).toEqual([
      ['kubernetes-webhook/c', 900_000],
      ['kubernetes-log/c', 'never'],
      ['docker-engine/e', 300_000],
    ]);
  });

  it('may be silent for ever where they are recordings', () => {
    expect(limits({ ...webhook, origin: 'replay' })).toEqual([['kubernetes-webhook/c', 'never']]);
  });

  it('have the limit that is given', () => {
    expect(limits({ ...webhook, silentAfter: 'never' }, { ...log, silentAfter: 5 })).toEqual([
      ['kubernetes-webhook/c', 'never'],
      ['kubernetes-log/c', 5],
    ]);
  });

  it('are one where they share a name, with the shortest limit', () => {
    const patient: Source = { ...webhook, silentAfter: 3_600_000 };
    expect(limits(patient, { ...webhook, silentAfter: 'never' }, webhook)).toEqual([
      ['kubernetes-webhook/c', 900_000],
    ]);
  });
});
