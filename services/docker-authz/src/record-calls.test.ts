import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { createOpenCalls } from './domain/open-calls.ts';
import { JournalError } from './journal-port.ts';
import { createRecorder, type Recorder, type RecorderPorts } from './record-calls.ts';
import { requestOf, responseOf } from './samples.ts';

interface Rig extends Recorder {
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  readonly counted: string[];
  disk: 'works' | 'fails';
  at: bigint;
}

const second = 1_000_000_000n;

function rig(ports: Partial<RecorderPorts> = {}): Rig {
  const written: string[] = [];
  const counted: string[] = [];
  const ignore = (): void => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log };
  const count = (metric: string, labels: Readonly<Record<string, string>>): void =>
    void counted.push([metric, ...Object.values(labels)].join(' '));
  const state = { disk: 'works' as Rig['disk'], at: 1_795_000_000n * second };
  const recorder = createRecorder({
    journal: {
      append(line) {
        if (state.disk === 'fails') return Promise.reject(new JournalError('not-written', 'full'));
        written.push(line.toString());
        return Promise.resolve();
      },
      segment: () => 1,
    },
    ...{ open: createOpenCalls({ calls: 100, bytes: 1e6 }), surplus: [], reads: 'drop' },
    now: () => (state.at += 1n),
    describe: { host: 'h', policy: defaultPolicy },
    openNanos: 60n * second,
    telemetry: { count: count, set: ignore, log },
    ...ports,
  });
  const lines = (): readonly Readonly<Record<string, unknown>>[] =>
    written.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return Object.assign(state, { ...recorder, lines, counted });
}

describe('a call', () => {
  it('is on record before the engine goes on, and again with its end', async () => {
    const { request, response, lines } = rig();
    expect(await request(requestOf({ user: 'alice' }))).toBe('recorded');
    expect(lines().map(({ authz }) => authz)).toEqual(['request']);
    expect(await response(responseOf({ user: 'alice' }, { status: 204 }))).toBe('recorded');
    const [begin, end] = lines();
    expect(end).toMatchObject({
      authz: 'call',
      paired: true,
      callId: begin?.['callId'],
      durationNano: 1,
    });
    expect(end?.['timeNano']).toBe(begin?.['timeNano']);
  });

  it('whose request was not seen is on record by its response', async () => {
    const { response, lines } = rig();
    expect(await response(responseOf({ user: 'alice' }, { status: 204 }))).toBe('recorded');
    expect(lines()).toEqual([
      expect.objectContaining({ authz: 'call', paired: false, user: 'alice' }),
    ]);
  });

  it('that only looks is passed over, unless it is to be kept', async () => {
    const looking = { method: 'GET', uri: '/containers/json' };
    const dropping = rig();
    expect(await dropping.request(requestOf(looking))).toBe('passed-over');
    expect(await dropping.response(responseOf(looking, { status: 200 }))).toBe('passed-over');
    expect(dropping.lines()).toEqual([]);
    const keeping = rig({ reads: 'keep' });
    expect(await keeping.request(requestOf(looking))).toBe('recorded');
  });

  it('without a response for long is told of as open, once, and with its end when that comes', async () => {
    const rigged = rig();
    await rigged.request(requestOf());
    rigged.at += 59n * second;
    await rigged.catchUp();
    expect(rigged.lines()).toHaveLength(1);
    rigged.at += 2n * second;
    await rigged.catchUp();
    await rigged.catchUp();
    await rigged.response(responseOf({}, { status: 204 }));
    const events = rigged.lines().slice(1);
    expect(events.map(({ stage, outcome }) => `${String(stage)} ${String(outcome)}`)).toEqual([
      ...['open unknown', 'complete success'],
    ]);
    expect(new Set(rigged.lines().map(({ callId }) => callId)).size).toBe(1);
  });

  it('is allowed while the journal fails; what was lost is told when it works again', async () => {
    const rigged = rig();
    rigged.disk = 'fails';
    expect(await rigged.request(requestOf())).toBe('not-recorded');
    expect(await rigged.response(responseOf({}, { status: 204 }))).toBe('not-recorded');
    await rigged.catchUp();
    rigged.disk = 'works';
    rigged.lose();
    await rigged.catchUp();
    expect(rigged.lines()).toEqual([
      {
        authz: 'gap',
        reason: 'unwritten',
        count: 2,
        from: expect.any(String),
        to: expect.any(String),
      },
    ]);
    expect(rigged.counted).toContain('authz_lost_events_total unwritten');
    await rigged.catchUp();
    expect(rigged.lines()).toHaveLength(1);
  });

  it('that cannot be read is counted, and hurts nobody', async () => {
    const { request, response, counted } = rig();
    expect(await request(Buffer.alloc(0))).toBe('not-recorded');
    expect(await response(Buffer.from('{'))).toBe('not-recorded');
    expect(counted).toEqual([
      'authz_messages_total request not-recorded',
      'authz_messages_total response not-recorded',
    ]);
  });
});
