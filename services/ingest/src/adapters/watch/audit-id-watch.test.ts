import { describe, expect, it } from '@jest/globals';
import { type Delivery, type DurableEvent } from '../../delivery.ts';
import { type Notice } from '../../domain/notice.ts';
import { createAuditIdWatch } from './audit-id-watch.ts';

const delivery: Delivery = {
  ...{ source: 'kubernetes', sourceName: 'front', cluster: 'production', origin: 'live' },
  ...{ way: 'webhook', items: [], oversized: [] },
};

const event = (requestId: string, call = 'a'): DurableEvent => ({
  ...{ id: 'any', time: 0, requestId, auditIdUse: { auditId: 'id-1', call } },
});

describe('the watch for reused audit ids', () => {
  it('tells each pair with both requests, and counts', () => {
    const [notices, counted]: [Notice[], string[]] = [[], []];
    const watch = createAuditIdWatch({
      notify: (notice) => {
        notices.push(notice);
        return Promise.resolve();
      },
      telemetry: {
        count: (metric, labels, value = 1) =>
          void counted.push(`${metric} ${Object.values(labels).join(' ')} ${value}`),
      },
    });
    watch(delivery, [event('r1'), event('r1')]);
    expect(notices).toEqual([]);
    watch({ ...delivery, sourceName: 'metrics' }, [event('r2', 'b'), event('r2', 'b')]);
    watch(delivery, [event('r3')]);
    expect(notices.map(({ details }) => details)).toEqual([
      { request: 'r2', other: 'r1', auditId: 'id-1' },
      { request: 'r3', other: 'r1', auditId: 'id-1' },
      { request: 'r3', other: 'r2', auditId: 'id-1' },
    ]);
    expect(notices[0]).toMatchObject({
      ...{ action: 'audit-id-reused', cluster: 'production' },
      subject: { type: 'kubernetes-webhook', name: 'metrics' },
    });
    for (const request of ['r4', 'r5', 'r5']) watch(delivery, [event(request)]);
    expect(notices).toHaveLength(6);
    const metric = 'ingest_audit_id_reuses_total';
    expect(counted).toEqual([
      `${metric} metrics told 1`,
      `${metric} front told 2`,
      `${metric} front told 3`,
      `${metric} front untold 1`,
      `${metric} front untold 1`,
    ]);
  });

  it('passes over events that have no audit id, or one of an operation', () => {
    const watch = createAuditIdWatch({
      notify: () => Promise.reject(new Error('nothing is to be told')),
      telemetry: { count: () => undefined },
    });
    const docker = { id: 'a', time: 0, requestId: 'a' };
    watch({ ...delivery, source: 'docker' }, [docker, { ...docker, requestId: 'b' }]);
    watch({ ...delivery, exporter: 'gke' }, [event('r1'), event('r2')]);
  });
});
