import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identityOf } from '@auditstream/local/process';
import { describe, expect, it } from '@jest/globals';
import { type RunningService } from '../pipeline/services.ts';
import { watch } from './watch.ts';

/** A process that has ended, as a service would be remembered. */
async function endedService(): Promise<RunningService> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const pid = child.pid ?? 0;
  const ref = { pid, identity: (await identityOf(pid)) ?? '' };
  child.kill('SIGKILL');
  await once(child, 'close');
  return { name: 'enrich', ref, adminUrl: '', logPath: '/logs/enrich.log' };
}

describe('watch', () => {
  it('tells of a service that has ended, and shows a summary when it changes', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    await watch(
      { services: [await endedService()], summary: () => Promise.resolve('accepted 1') },
      stop.signal,
      (line) => {
        lines.push(line);
        if (lines.length === 2) stop.abort();
      },
    );
    expect(lines).toEqual(['accepted 1', 'enrich has ended; its log says why: /logs/enrich.log']);
  });

  it('goes on where there is no summary', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const away = (): Promise<string> => Promise.reject(new Error('OpenSearch does not answer'));
    await watch({ services: [], summary: away }, stop.signal, (line) => {
      lines.push(line);
      stop.abort();
    });
    expect(lines).toEqual(['no summary: OpenSearch does not answer']);
  });
});
