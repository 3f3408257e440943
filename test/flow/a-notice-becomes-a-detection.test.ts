import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { textAt } from '../../cli/src/view/fields.ts';
import { startNotices } from '../../services/ingest/src/adapters/notices.ts';
import { type Notice, type NoticeAction } from '../../services/ingest/src/domain/notice.ts';
import { createMemoryPipeline } from '../support/memory-pipeline.ts';

jest.setTimeout(60_000);

const ignore = (): void => undefined;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const telemetry = { count: ignore, log } as never;

/** Each action with the level at which the pack raises it. */
const levels: Readonly<Record<NoticeAction, string>> = {
  'source-gap': 'high',
  'source-silent': 'high',
  'source-resumed': 'informational',
  'events-missing': 'high',
  'audit-id-reused': 'medium',
};
const actions = Object.keys(levels) as readonly NoticeAction[];

function noticeOf(action: NoticeAction): Notice {
  return {
    action,
    cluster: 'build-host-1',
    subject: { type: 'docker-engine', name: '/var/run/docker.sock' },
    from: Date.parse('2026-11-23T11:00:00Z') * 1_000,
    to: Date.parse('2026-11-23T11:30:00Z') * 1_000,
    message: `What is to be told: ${action}.`,
    details: { events: '256' },
  };
}

describe('a notice', () => {
  it('is a document, and one detection by the pack', async () => {
    const pipeline = await createMemoryPipeline(join(projectRoot, 'rules'));
    const { accept, store } = pipeline;
    const notices = startNotices({
      ...{ accept, now: () => Date.parse('2026-11-23T12:00:00Z'), telemetry },
    });
    for (const action of actions) await notices.notify(noticeOf(action));
    await notices.stop();
    await pipeline.drain();

    const documents = store.find('audit-events-change-2026.11.23');
    expect(documents.map((document) => textAt(document, 'event.action'))).toEqual(actions);
    expect(documents[0]).toMatchObject({
      '@timestamp': '2026-11-23T12:00:00.000Z',
      event: {
        ...{ module: 'auditstream', dataset: 'auditstream.notices', outcome: 'failure' },
        reason: 'What is to be told: source-gap.',
      },
      user: { name: 'auditstream' },
      orchestrator: {
        cluster: { name: 'build-host-1' },
        resource: { type: 'docker-engine', name: '/var/run/docker.sock' },
      },
      auditstream: {
        delivery: 'notice',
        notice: {
          from: '2026-11-23T11:00:00.000000Z',
          to: '2026-11-23T11:30:00.000000Z',
          details: ['events=256'],
        },
      },
    });
    const detections = store.find('audit-detections-2026.11');
    const found = detections.map((detection) => [
      textAt(detection, 'event.action'),
      textAt(detection, 'auditstream.detection.level'),
    ]);
    expect(found.sort()).toEqual(Object.entries(levels).sort());
    expect(detections.map((detection) => textAt(detection, 'message'))).toContain(
      'auditstream reported source-gap of docker-engine /var/run/docker.sock in cluster build-host-1: Audit Events May Be Missing From a Source',
    );
  });
});
