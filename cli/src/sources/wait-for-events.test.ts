import { describe, expect, it } from '@jest/globals';
import { countersIn, type IngestCounters } from '../adapters/ingest-metrics.ts';
import { type DocumentReader, type Json } from '../adapters/opensearch.ts';
import { arrivalText, nothingText, waitingText } from '../view/arrival-view.ts';
import { waitForEvents, type WaitOutcome, type WaitState } from './wait-for-events.ts';

const metrics = (unauthorized: number, taken: number): string => `
# TYPE auditstream_ingest_rejections_total counter
auditstream_ingest_rejections_total{reason="unauthorized"} ${unauthorized}
auditstream_ingest_rejections_total{service="ingest",reason="busy"} 1
auditstream_ingest_sources_reloads_total{result="taken"} ${taken}
auditstream_ingest_events_total{reason="unauthorized"} 99
`;

const event = (over: Json = {}): Json => ({
  '@timestamp': '2026-11-28T10:00:00.000Z',
  event: { created: '2026-11-28T10:00:01.500Z', action: 'create' },
  source: { ip: '10.0.0.7' },
  user_agent: { original: 'kubectl/v1\u001b[31m' },
  orchestrator: { resource: { type: 'pods' } },
  kubernetes: { audit: { level: 'RequestResponse', objectRef: { subresource: 'exec' } } },
  ...over,
});
const secret = event({
  orchestrator: { resource: { type: 'secrets' } },
  kubernetes: { audit: { level: 'Request' } },
});

interface Rig {
  readonly outcome: WaitOutcome;
  readonly asked: readonly Json[];
  readonly states: readonly WaitState[];
}

async function wait(options: {
  readonly comesAfter: number;
  readonly documents?: readonly Json[];
  readonly counters?: readonly (IngestCounters | null)[];
  readonly before?: IngestCounters | null;
}): Promise<Rig> {
  const { comesAfter, documents = [event()], counters = [null], before = null } = options;
  let time = 1_000_000;
  let looks = 0;
  const asked: Json[] = [];
  const states: WaitState[] = [];
  const reader: DocumentReader = {
    refresh: () => Promise.resolve(),
    count: (_index, query) => {
      asked.push(query);
      return Promise.resolve(looks >= comesAfter ? documents.length : 0);
    },
    search: (index) =>
      Promise.resolve(
        (index === 'audit-events' ? documents : [{ error: { code: 'too-deep' } }]).map(
          (_source, at) => ({ _id: String(at), _source }),
        ),
      ),
  };
  const outcome = await waitForEvents(
    { cluster: 'production', way: 'webhook', since: 1_000, timeoutMs: 10_000, before },
    {
      reader,
      counters: () => Promise.resolve(counters[Math.min(looks, counters.length - 1)] ?? null),
      now: () => time,
      pause: (ms) => {
        time += ms;
        looks += 1;
        return Promise.resolve();
      },
      signal: new AbortController().signal,
      progress: (state) => states.push(state),
    },
  );
  return { outcome, asked, states };
}

describe('waiting for a source', () => {
  it('ends with what arrived: from where, what, how late, with which bodies', async () => {
    const { outcome, asked } = await wait({ comesAfter: 3, documents: [event(), event(), secret] });
    if (outcome.type !== 'arrived') throw new Error('Nothing arrived.');
    expect(outcome.arrival).toEqual({
      events: 3,
      examined: 3,
      addresses: [{ what: '10.0.0.7', count: 3 }],
      userAgents: [{ what: 'kubectl/v1\u001b[31m', count: 3 }],
      actions: [
        { what: 'create pods/exec', count: 2 },
        { what: 'create secrets', count: 1 },
      ],
      lag: { median: 1_500, most: 1_500 },
      withBodies: 3,
      secretBodies: 1,
      rejected: [{ what: 'too-deep', count: 1 }],
    });
    expect(asked[0]).toEqual({
      bool: {
        filter: [
          { term: { 'auditstream.cluster': 'production' } },
          { term: { 'auditstream.delivery': 'webhook' } },
          { range: { 'event.created': { gte: '1970-01-01T00:00:01.000Z' } } },
        ],
      },
    });
    const text = arrivalText('production', outcome.arrival);
    expect(text).toContain('3 events of production have arrived.');
    expect(text).toContain('1.5 s after they happened');
    expect(text).toContain('1 are recorded with the bodies of secrets');
    expect(text).toContain('Rejected: too-deep (1)');
    expect(text).not.toContain('\u001b');
  });

  it('ends in time with what ingest has refused since', async () => {
    const { outcome, states } = await wait({
      comesAfter: Infinity,
      before: countersIn(metrics(5, 0)),
      counters: [countersIn(metrics(5, 0)), countersIn(metrics(7, 1))],
    });
    if (outcome.type !== 'nothing') throw new Error('Something arrived.');
    expect(outcome.state).toMatchObject({ reload: 'taken', ingestAnswers: true });
    expect([...outcome.state.refusals]).toEqual([['unauthorized', 2]]);
    expect(states[0]).toMatchObject({ reload: 'awaited', refusals: new Map() });
    expect(waitingText('production', outcome.state)).toBe(
      'waiting for the first event of production: 10 s; 2 refused: unauthorized',
    );
    const text = nothingText('production', outcome.state);
    expect(text).toContain('No event of production has arrived in 10 s.');
    expect(text).toContain('unauthorized (2): A sender showed no known credential');
  });

  it('says what to look at where nobody came, and where ingest is away', async () => {
    const quiet = await wait({ comesAfter: Infinity, counters: [countersIn(metrics(0, 0))] });
    const away = await wait({ comesAfter: Infinity });
    if (quiet.outcome.type === 'arrived' || away.outcome.type === 'arrived') throw new Error();
    expect(nothingText('p', { ...quiet.outcome.state, refusals: new Map() })).toMatch(
      /has not taken a changed sources file[^]*apiserver_audit_error_total/,
    );
    expect(nothingText('p', away.outcome.state)).toContain('Ingest does not answer');
  });
});
