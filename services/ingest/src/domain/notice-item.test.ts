import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import fc from 'fast-check';
import { type Notice } from './notice.ts';
import { noticeItem } from './notice-item.ts';
import { judgeItem, type Provenance } from './record.ts';

const told = 1_795_312_502_491_335;
const from: Provenance = {
  ...{ source: 'auditstream', cluster: 'engine-1', origin: 'live', delivery: 'notice' },
  ...{ exporter: null, receivedAt: 1_795_312_502_491, redaction: defaultPolicy },
};
const gap: Notice = {
  action: 'source-gap',
  cluster: 'engine-1',
  subject: { type: 'docker-engine', name: '/var/run/docker.sock' },
  from: 1_795_312_400_000_000,
  to: 1_795_312_500_000_001,
  message: 'The engine let go of events before they were read: look into its own log.',
  details: { events: '256' },
};

function accepted(notice: Notice, micros = told) {
  const judgement = judgeItem(noticeItem(notice, micros), from);
  if (judgement.type === 'rejected') throw new Error(judgement.rejection.message);
  if (judgement.type === 'dropped') throw new Error('The notice was dropped.');
  return judgement;
}

describe('noticeItem', () => {
  it('gives the documented members in their order', () => {
    expect(noticeItem(gap, told).toString()).toBe(
      '{"action":"source-gap","time":"2026-11-22T01:55:02.491335Z",' +
        '"subject":{"type":"docker-engine","name":"/var/run/docker.sock"},' +
        '"from":"2026-11-22T01:53:20.000000Z","to":"2026-11-22T01:55:00.000001Z",' +
        '"message":"The engine let go of events before they were read: look into its own log.",' +
        '"details":{"events":"256"}}',
    );
  });

  it('is an event with the time at which it was told, under the key of its subject', () => {
    const { record, key } = accepted(gap);
    expect(record).toMatchObject({ source: 'auditstream', delivery: 'notice', time: told });
    expect(record.requestId).toBe(record.id);
    expect(key).toBe('["engine-1","docker-engine","/var/run/docker.sock"]');
  });

  it('has another identity when the same is told later', () => {
    expect(accepted(gap, told + 1).record.id).not.toBe(accepted(gap).record.id);
    expect(accepted(gap).record.id).toBe(accepted(gap).record.id);
  });

  it('loses what looks like a secret', () => {
    const { record } = accepted({ ...gap, details: { uri: '/x?token=hunter2hunter2' } });
    expect(record.body.toString()).not.toContain('hunter2');
    expect(record.redacted).toBe(1);
  });

  it('is always accepted, and bounded, whatever is told', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5_000 });
    const notice = fc.record({
      action: fc.constantFrom<Notice['action']>('source-silent', 'events-missing'),
      cluster: fc.constant('engine-1'),
      subject: fc.record({ type: fc.constant('kubernetes-log'), name: text }),
      from: fc.nat(),
      message: text,
      details: fc.dictionary(text, text, { maxKeys: 40 }),
    });
    fc.assert(
      fc.property(notice, (any) => {
        const { body } = accepted(any).record;
        expect(body.length).toBeLessThan(300_000);
        expect(body.toString()).not.toContain('�');
      }),
    );
  });
});

describe('an item of source auditstream', () => {
  const members = {
    action: '"source-gap"',
    time: '"2026-11-22T01:55:02.491335Z"',
    subject: '{"type":"a","name":""}',
    message: '""',
  };
  it.each([
    ['action', '""', 'not-an-event'],
    ['action', 'null', 'not-an-event'],
    ['time', '"yesterday"', 'bad-time'],
    ['subject', '"a"', 'not-an-event'],
    ['subject', '{"type":"","name":""}', 'not-an-event'],
    ['subject', '{"type":"a"}', 'not-an-event'],
    ['message', '1', 'not-an-event'],
  ])('is rejected where %s is %s', (name, value, code) => {
    const texts = Object.entries({ ...members, [name]: value }).map(
      ([key, text]) => `"${key}":${text}`,
    );
    expect(judgeItem(Buffer.from(`{${texts.join(',')}}`), from)).toMatchObject({
      rejection: { code },
    });
  });
});
