import { setTimeout as delay } from 'node:timers/promises';
import { type RunningEngines } from '@auditstream/local/engines';
import { type ServiceName, serviceNames } from '../../cli/src/pipeline/services.ts';
import { type TestPipeline } from './pipeline.ts';
import { pick, type Random, shuffled } from './random.ts';

/** Something bad that happens to one part of the pipeline, and is healed after a while. */
export interface Fault {
  readonly kind: 'kill' | 'terminate' | 'suspend';
  readonly target: ServiceName | 'kafka' | 'registry' | 'opensearch';
  /** Milliseconds until it is healed. */
  readonly forMs: number;
}

const engineNames = ['kafka', 'registry', 'opensearch'] as const;
const kinds = ['kill', 'terminate', 'suspend'] as const;

/** The faults of a seed, one after the other: every part is hurt once before any is hurt again. */
export function* faultsOf(random: Random): Generator<Fault, never> {
  for (;;) {
    for (const target of shuffled(random, [...serviceNames, ...engineNames])) {
      const forMs = 500 + Math.floor(random() * 3_500);
      yield { kind: pick(random, kinds), target, forMs };
    }
  }
}

export function describeFault({ kind, target, forMs }: Fault): string {
  return `${kind} ${target} for ${forMs} ms`;
}

/** Lets a fault happen and heals it: what was killed or stopped is ready when it resolves, what was suspended runs. */
export async function inflict(
  fault: Fault,
  pipeline: TestPipeline,
  engines: RunningEngines,
): Promise<void> {
  const victim = victimOf(fault, pipeline, engines);
  switch (fault.kind) {
    case 'kill':
      await victim.signal('SIGKILL');
      await delay(fault.forMs);
      return victim.start();
    case 'terminate':
      await victim.stop();
      await delay(fault.forMs);
      return victim.start();
    case 'suspend':
      await victim.signal('SIGSTOP');
      await delay(fault.forMs);
      return victim.signal('SIGCONT');
  }
}

interface Victim {
  signal(name: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

function victimOf({ target }: Fault, pipeline: TestPipeline, { engines }: RunningEngines): Victim {
  if (isService(target)) return pipeline.services[target];
  const engine = engines[target];
  if (engine === undefined) throw new Error(`${target} was not started for this stage.`);
  return { signal: engine.kill, stop: engine.stop, start: engine.restart };
}

function isService(target: Fault['target']): target is ServiceName {
  return serviceNames.some((name) => name === target);
}
