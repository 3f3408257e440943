import { describe, expect, it } from '@jest/globals';
import { dockerOutcome, kubernetesOutcome } from './outcome.ts';

describe('kubernetesOutcome', () => {
  it.each([
    ['allow', 200, 'success'],
    ['allow', 399, 'success'],
    ['allow', 400, 'failure'],
    ['allow', 409, 'failure'],
    ['forbid', 403, 'failure'],
    ['forbid', undefined, 'failure'],
    ['forbid', 200, 'failure'],
    [undefined, 101, 'success'],
    [undefined, 401, 'failure'],
    ['allow', undefined, 'unknown'],
    [undefined, undefined, 'unknown'],
  ] as const)('decision %s, code %s: %s', (decision, code, expected) => {
    expect(kubernetesOutcome({ decision, code })).toBe(expected);
  });
});

describe('dockerOutcome', () => {
  it.each([
    [{ action: 'die', exitCode: '0' }, 'success'],
    [{ action: 'die', exitCode: '137' }, 'failure'],
    [{ action: 'die' }, 'failure'],
    [{ action: 'exec_die', exitCode: '1' }, 'failure'],
    [{ action: 'health_status', detail: 'healthy' }, 'success'],
    [{ action: 'health_status', detail: 'unhealthy' }, 'failure'],
    [{ action: 'oom' }, 'failure'],
    [{ action: 'kill' }, 'success'],
    [{ action: 'exec_create', detail: 'sh -c false' }, 'success'],
  ])('%o: %s', (fate, expected) => {
    expect(dockerOutcome({ detail: undefined, exitCode: undefined, ...fate })).toBe(expected);
  });
});
