import { afterEach, describe, expect, it } from '@jest/globals';
import { type Committer, createCommitter } from './committer.ts';
import { StreamError } from './errors.ts';
import { type PartitionOffset } from './ports.ts';

const at = (partition: number, offset: number): PartitionOffset => ({
  topic: 'audit.ingested',
  partition,
  offset,
});
const unreachable = new StreamError('unreachable', 'No broker.', { retryable: true });
const notOwner = new StreamError('not-owner', 'Another generation.', { retryable: true });

interface Broker {
  readonly requests: (readonly PartitionOffset[])[];
  readonly committer: Committer;
}

/** A broker that fails as often as there are errors, and then takes everything. */
function broker(errors: readonly StreamError[] = []): Broker {
  const requests: (readonly PartitionOffset[])[] = [];
  const remaining = [...errors];
  const committer = createCommitter({
    commit(offsets) {
      requests.push(offsets);
      const error = remaining.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
    onCommitted: () => undefined,
    onFailed: () => undefined,
  });
  running.push(committer);
  return { requests, committer };
}

const running: Committer[] = [];
afterEach(() => {
  for (const committer of running.splice(0)) committer.end();
});

describe('a committer', () => {
  it('commits the latest offset of each partition, in one request for those that wait', async () => {
    const { committer, requests } = broker();
    committer.mark(at(0, 5));
    committer.mark(at(0, 6));
    committer.mark(at(1, 3));
    committer.mark(at(0, 9));
    await committer.flush(1_000);
    expect(requests).toEqual([[at(0, 5)], [at(0, 9), at(1, 3)]]);
  });

  it('repeats what failed, but not over a later offset', async () => {
    const { committer, requests } = broker([unreachable, unreachable]);
    committer.mark(at(0, 5));
    committer.mark(at(1, 7));
    committer.mark(at(0, 6));
    await committer.flush(2_000);
    expect(requests.at(-1)).toEqual(expect.arrayContaining([at(0, 6), at(1, 7)]));
    expect(requests.slice(1).flat()).not.toContainEqual(at(0, 5));
  });

  it('drops what another generation would have to commit', async () => {
    const { committer, requests } = broker([notOwner]);
    committer.mark(at(0, 5));
    await committer.flush(1_000);
    expect(requests).toHaveLength(1);
  });

  it('begins no request once it has ended', async () => {
    const { committer, requests } = broker();
    committer.mark(at(0, 5));
    committer.end();
    committer.mark(at(0, 6));
    await committer.flush(300);
    expect(requests).toEqual([[at(0, 5)]]);
  });

  it('gives up flushing after the limit', async () => {
    const never = createCommitter({
      commit: () => new Promise(() => undefined),
      onCommitted: () => undefined,
      onFailed: () => undefined,
    });
    never.mark(at(0, 5));
    const since = performance.now();
    await never.flush(50);
    expect(performance.now() - since).toBeLessThan(2_000);
  });
});
