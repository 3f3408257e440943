import { describe, expect, it } from '@jest/globals';
import { dockerEvents, kubernetesAudit, logsourceMatches } from './logsource.ts';

describe('logsourceMatches', () => {
  it.each([
    [{ product: 'kubernetes', service: 'audit' }, true, false],
    [{ product: 'Kubernetes' }, true, false],
    [{ product: 'kubernetes', service: 'audit', category: 'application' }, true, false],
    [{ product: 'kubernetes', service: 'scheduler' }, false, false],
    [{ product: 'kubernetes', category: 'webserver' }, false, false],
    [{ product: 'docker' }, false, true],
    [{ product: 'docker', service: 'daemon' }, false, true],
    [{ product: 'windows', service: 'audit' }, false, false],
    [{ service: 'audit' }, true, false],
    [{ category: 'application' }, true, false],
    [{ category: 'webserver' }, false, false],
    [{ service: 'daemon' }, false, false],
    [{}, true, true],
  ])('%j applies to Kubernetes: %s, to Docker: %s', (rule, kubernetes, docker) => {
    expect(logsourceMatches(rule, kubernetesAudit)).toBe(kubernetes);
    expect(logsourceMatches(rule, dockerEvents)).toBe(docker);
  });
});
