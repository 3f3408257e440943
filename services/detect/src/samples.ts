/** Values for this service's tests. */
import { CodecError } from '@auditstream/events/errors';
import { type AuditEvent, type RuleVersion } from '@auditstream/events/generated/types';
import { type SchemaRegistry } from '@auditstream/events/registry-client';
import { type Telemetry } from '@auditstream/runtime/telemetry';

/** 2026-11-22T02:00:00Z in epoch milliseconds. */
export const appended = 1_795_312_800_000;

export const execEvent: AuditEvent = {
  id: 'event-1',
  requestId: 'request-1',
  source: 'kubernetes',
  cluster: 'prod',
  origin: 'live',
  delivery: 'webhook',
  exporter: null,
  time: appended * 1000 + 250,
  receivedAt: appended + 5,
  appendedAt: appended + 10,
  partition: 3,
  offset: 42,
  actor: { name: 'alice', id: 'u1', groups: ['dev', 'system:authenticated'] },
  effectiveActor: null,
  action: 'create',
  object: {
    ...{ type: 'pods', group: null, version: 'v1', subresource: 'exec' },
    ...{ namespace: 'shop', name: 'web-1', id: null },
  },
  outcome: 'success',
  reason: null,
  statusCode: 101,
  sourceAddress: '10.1.2.3',
  sourceAddresses: ['10.1.2.3'],
  userAgent: 'kubectl',
  images: [],
  kubernetes: {
    ...{ auditId: 'a1', stage: 'ResponseComplete', level: 'Metadata' },
    requestUri: '/api/v1/namespaces/shop/pods/web-1/exec?command=sh',
    requestReceivedAt: appended * 1000 - 1_000_000,
    annotations: {},
  },
  docker: null,
  notice: null,
  redactions: [],
  redacted: 0,
  truncatedBytes: 0,
  body: Buffer.from(
    JSON.stringify({ verb: 'create', objectRef: { resource: 'pods', subresource: 'exec' } }),
  ),
};

/** The same request at another stage; its body says so. */
export function atStage(stage: string, change: Partial<AuditEvent> = {}): AuditEvent {
  const { kubernetes } = execEvent;
  if (kubernetes === null) throw new Error('the sample is a Kubernetes event');
  const body = { verb: 'create', stage };
  return {
    ...execEvent,
    kubernetes: { ...kubernetes, stage },
    body: Buffer.from(JSON.stringify(body)),
    ...change,
  };
}

export const dockerEvent: AuditEvent = {
  ...execEvent,
  ...{ id: 'event-2', requestId: 'event-2', source: 'docker', cluster: 'edge-1' },
  ...{ actor: { name: 'unknown', id: null, groups: [] }, action: 'exec_create: /bin/ls /' },
  object: {
    ...{ type: 'container', group: null, version: null, subresource: null },
    ...{ namespace: null, name: 'web', id: '0f1e' },
  },
  ...{ statusCode: null, sourceAddress: null, sourceAddresses: [], userAgent: null },
  kubernetes: null,
  docker: {
    scope: 'local',
    timeNano: '1795312800000250000',
    attributes: {},
    call: null,
    configuration: null,
  },
  body: Buffer.from(JSON.stringify({ Type: 'container', Action: 'exec_create: /bin/ls /' })),
};

/** A rule's text: matches where the given lines of a selection do. */
export function ruleText(selection: string, product = 'kubernetes'): string {
  return `title: Exec
tags: [attack.t1609]
level: high
falsepositives: [Debugging]
logsource: { product: ${product} }
detection:
  selection: { ${selection} }
  condition: selection
`;
}

export function ruleVersion(change: Partial<RuleVersion> = {}): RuleVersion {
  return {
    ...{ id: 'rule-1', version: 1, title: 'Exec', level: 'high', mode: 'enforce', enabled: true },
    ...{ text: ruleText('verb: create'), digest: 'd1', pack: 'p', author: 'x', comment: 'c' },
    ...change,
  };
}

/** Knows one schema for each topic: ours. */
export const registry: SchemaRegistry = {
  idOf: () => Promise.resolve(1),
  schemaOf: () => Promise.reject(new CodecError('registry-unreachable', 'No registry.')),
};

/** What was reported, metrics by name and label values. */
interface Recorder {
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'log'>;
  errors(): readonly string[];
  counted(): Readonly<Record<string, number>>;
  gauges(): Readonly<Record<string, number>>;
}

/** Telemetry that remembers. */
export function createRecorder(): Recorder {
  const counts = new Map<string, number>();
  const values = new Map<string, number>();
  const logged: string[] = [];
  const ignore = (): void => undefined;
  const log: Telemetry['log'] = {
    ...{ debug: ignore, info: ignore, warn: ignore, child: () => log },
    error: (_, message) => void logged.push(message),
  };
  const telemetry: Recorder['telemetry'] = {
    count: (metric, labels, by = 1) => {
      const key = [metric, ...Object.values(labels)].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    set: (metric, _, value) => void values.set(metric, value),
    log,
  };
  return {
    telemetry,
    errors: () => logged,
    counted: () => Object.fromEntries(counts),
    gauges: () => Object.fromEntries(values),
  };
}
