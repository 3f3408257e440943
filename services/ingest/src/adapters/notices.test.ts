import { describe, expect, it } from '@jest/globals';
import { type Delivery, IngestError } from '../delivery.ts';
import { type Notice } from '../domain/notice.ts';
import { type Notices, startNotices } from './notices.ts';

const silent: Notice = {
  action: 'source-silent',
  cluster: 'production',
  subject: { type: 'kubernetes-webhook', name: 'production' },
  message: 'No delivery for five minutes.',
};
const resumed: Notice = { ...silent, action: 'source-resumed', message: 'It sends again.' };

interface Rig extends Notices {
  readonly taken: readonly string[];
  readonly counted: readonly string[];
  readonly logged: readonly string[];
  /** Refuses until it is told otherwise; then hands what waits on. */
  readonly open: () => void;
}

function rig(maxWaiting = 10): Rig {
  const [taken, counted, logged]: [string[], string[], string[]] = [[], [], []];
  let isOpen = false;
  const accept = async ({ items, ...delivery }: Delivery) => {
    await Promise.resolve();
    expect(delivery).toMatchObject({ source: 'auditstream', way: 'notice', origin: 'live' });
    if (!isOpen) throw new IngestError('unavailable', 'Full.', undefined);
    taken.push(...items.map((item) => (JSON.parse(String(item)) as Notice).action));
    return { accepted: items.length, rejected: 0 };
  };
  const log = {
    ...{ debug: ignore, info: ignore, child: () => log },
    warn: (_fields: object, message?: string) => void logged.push(message ?? ''),
    error: (_fields: object, message?: string) => void logged.push(message ?? ''),
  };
  const notices = startNotices({
    ...{ accept, now: () => 1_795_312_600_000, maxWaiting },
    backoff: { firstMs: 1, limitMs: 1 },
    telemetry: {
      log,
      count: (_metric, labels) => void counted.push(Object.values(labels).join(' ')),
    },
  });
  return { ...notices, taken, counted, logged, open: () => (isOpen = true) };
}

function ignore(): void {
  return undefined;
}

describe('notices', () => {
  it('are tried until they are durable, in the order in which they were told', async () => {
    const { notify, open, taken, counted, logged } = rig();
    const told = [notify(silent), notify(resumed)];
    await Promise.resolve();
    expect(taken).toEqual([]);
    open();
    await Promise.all(told);
    expect(taken).toEqual(['source-silent', 'source-resumed']);
    expect(counted).toEqual(['source-silent durable', 'source-resumed durable']);
    expect(logged).toContain('No delivery for five minutes.');
  });

  it('are only logged where too many wait', async () => {
    const { notify, open, taken, counted, logged } = rig(1);
    const first = notify(silent);
    await notify(resumed);
    expect(counted).toEqual(['source-resumed logged']);
    expect(logged).toContain('Too many notices wait: this one is only logged.');
    open();
    await first;
    await notify(resumed);
    expect(taken).toEqual(['source-silent', 'source-resumed']);
  });

  it('that wait when it stops are tried once more', async () => {
    const kept = rig();
    const first = kept.notify(silent);
    kept.open();
    await kept.stop();
    await first;
    expect(kept.counted).toEqual(['source-silent durable']);

    const left = rig();
    const [one, other] = [left.notify(silent), left.notify(resumed)];
    await left.stop();
    await Promise.all([one, other]);
    expect(left.counted).toEqual(['source-silent left', 'source-resumed left']);
  });
});
