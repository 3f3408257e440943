import { hostname } from 'node:os';
import { runService } from '@auditstream/runtime/run-service';
import { createClock } from './adapters/clock.ts';
import { openJournal } from './adapters/journal.ts';
import { startPluginSocket } from './adapters/plugin-socket.ts';
import { recoverOpenCalls } from './adapters/recovery.ts';
import { repeat } from './adapters/repeat.ts';
import { authzSettings } from './config.ts';
import { createOpenCalls } from './domain/open-calls.ts';
import { journalHealth } from './health.ts';
import { createRecorder } from './record-calls.ts';

await runService({
  name: 'authz',
  settings: authzSettings,
  start: async ({ config, telemetry, lifecycle, health }) => {
    const { calls } = config;
    const open = createOpenCalls({ calls: 4_096, bytes: 67_108_864 });
    const { surplus, ...found } = await recoverOpenCalls(config.journal.folder, open);
    telemetry.log.info({ ...found, open: open.count }, 'The journal was read.');
    const journal = await lifecycle.acquire(
      'journal',
      () => openJournal({ ...config.journal, needed: () => open.oldestSegment(), telemetry }),
      (running) => running.stop(),
    );
    health.register('journal', () => journalHealth(journal.failedAt(), Date.now()));
    const recorder = createRecorder({
      ...{ journal, open, surplus, now: createClock(), reads: calls.reads, telemetry },
      describe: { host: hostname(), policy: { execArguments: calls.execArguments, paths: [] } },
      openNanos: BigInt(calls.openSeconds) * 1_000_000_000n,
    });
    await lifecycle.acquire(
      'open calls',
      () => Promise.resolve(repeat(() => recorder.catchUp(), 1_000)),
      (repeating) => repeating.stop(),
    );
    const { socket } = config;
    await lifecycle.acquire(
      'plugin socket',
      () => startPluginSocket({ socket, limitMs: config.answer.limitMs, recorder, telemetry }),
      (listening) => listening.stop(),
    );
    telemetry.log.info({ socket }, 'Docker Engines can call the plugin.');
  },
});
