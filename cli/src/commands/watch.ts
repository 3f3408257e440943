import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '@auditstream/local/process';
import { type RunningService } from '../pipeline/services.ts';

export interface Watched {
  readonly services: readonly RunningService[];
  /** The live summary as one line; it may fail while an engine is away. */
  readonly summary: () => Promise<string>;
}

const everyMs = 2_000;

/**
 * Shows the live summary whenever it changes, and tells once of each service that has ended, until the
 * signal is aborted.
 */
export async function watch(
  { services, summary }: Watched,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const ended = new Set<string>();
  let last = '';
  while (!signal.aborted) {
    const line = await summary().catch(
      (error: unknown) => `no summary: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (line !== last) print(line);
    last = line;
    for (const { name, ref, logPath } of services) {
      if (ended.has(name) || (await isAlive(ref))) continue;
      ended.add(name);
      print(`${name} has ended; its log says why: ${logPath}`);
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
