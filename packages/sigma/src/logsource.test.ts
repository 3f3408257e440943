import { describe, expect, it } from '@jest/globals';
import { auditstreamEvents, dockerEvents, kubernetesAudit, logsourceMatches } from './logsource.ts';

describe('logsourceMatches', () => {
  it.each([
    [{ product: 'kubernetes', service: 'audit' }, true, false, false],
    [{ product: 'Kubernetes' }, true, false, false],
    [{ product: 'kubernetes', service: 'audit', category: 'application' }, true, false, false],
    [{ product: 'kubernetes', service: 'scheduler' }, false, false, false],
    [{ product: 'kubernetes', category: 'webserver' }, false, false, false],
    [{ product: 'docker' }, false, true, false],
    [{ product: 'docker', service: 'daemon' }, false, true, false],
    [{ product: 'windows', service: 'audit' }, false, false, false],
    [{ service: 'audit' }, true, false, false],
    [{ category: 'application' }, true, false, false],
    [{ category: 'webserver' }, false, false, false],
    [{ service: 'daemon' }, false, false, false],
    [{ product: 'auditstream' }, false, false, true],
    [{}, true, true, true],
  ])(
    '%j applies to Kubernetes: %s, to Docker: %s, to Auditstream: %s',
    (rule, ...[kubernetes, docker, auditstream]) => {
      expect(logsourceMatches(rule, kubernetesAudit)).toBe(kubernetes);
      expect(logsourceMatches(rule, dockerEvents)).toBe(docker);
      expect(logsourceMatches(rule, auditstreamEvents)).toBe(auditstream);
    },
  );
});
