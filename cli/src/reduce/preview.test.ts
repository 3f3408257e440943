import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { renderPreview } from '../commands/reduce-preview.ts';
import { previewCounter } from './preview.ts';

const policy = parsePolicy(
  'p',
  `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - { level: None, users: [robot] }
  - { level: Metadata, users: [alice] }
`,
);

function line(username: string, verb: string, resource: string, more: object = {}): string {
  return JSON.stringify({
    ...{ level: 'Request', stage: 'ResponseComplete', verb, requestURI: '/api/v1/x' },
    ...{ user: { username }, objectRef: { resource }, ...more },
  });
}

describe('a preview', () => {
  it('says what each rule would take, and warns of what investigations need', () => {
    const counter = previewCounter(policy);
    const body = { requestObject: { data: 'x'.repeat(100) } };
    const lines = [
      line('robot', 'get', 'leases'),
      line('robot', 'update', 'leases'),
      line('robot', 'get', 'secrets'),
      line('robot', 'delete', 'events'),
      line('alice', 'create', 'pods', body),
      line('bob', 'get', 'pods'),
    ];
    for (const text of [...lines, 'no event']) counter.add(text);
    const preview = counter.result();
    const dropped = lines.slice(0, 4).join('').length;
    const bodies = JSON.stringify(body).length;
    expect(preview).toMatchObject({ events: 6, unreadable: 1, saved: dropped + bodies });
    expect(preview.rules).toMatchObject([
      { rule: 1, level: 'None', events: 4, dropped: 4, warnings: ['delete events', 'get secrets'] },
      { rule: 2, events: 1, dropped: 0, saved: bodies, examples: ['create pods'], warnings: [] },
      { rule: null, level: 'whole', events: 1, dropped: 0, saved: 0 },
    ]);
    expect(renderPreview(preview)).toContain('Rule 1 would drop delete events, get secrets.');
  });

  it('of nothing says so', () => {
    expect(renderPreview(previewCounter(policy).result())).toBe('There is no event to look at.');
  });
});
