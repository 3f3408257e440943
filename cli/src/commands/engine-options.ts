import { defaultDataDir } from '@auditstream/local/dirs';
import { progressRenderer } from '@auditstream/local/progress';
import { loadConfig } from '@auditstream/runtime/load-config';
import { type EngineChoice } from '../pipeline/addresses.ts';
import { type Pipeline, type PipelineRequest, startPipeline } from '../pipeline/pipeline.ts';
import { cliSettings } from '../settings.ts';

export interface EngineOptions {
  readonly engines?: EngineChoice;
  readonly fresh?: boolean;
}

/** Starts the pipeline as the environment says, and shows on stderr how far it has come. */
export async function startFromEnvironment(
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Pipeline> {
  const renderer = progressRenderer(process.stderr);
  // Bars and text do not go together: the first step that is told ends the bars.
  const sayAfterBars = (step: string): void => {
    renderer.finish();
    say(step);
  };
  try {
    const onProgress = renderer.report;
    return await startPipeline(requestOf(options, { signal, onProgress, say: sayAfterBars }));
  } finally {
    renderer.finish();
  }
}

export function dataDir(): string {
  return defaultDataDir(process.env, process.getuid?.());
}

export function say(step: string): void {
  process.stderr.write(`${step}\n`);
}

function requestOf(
  options: EngineOptions,
  rest: Pick<PipelineRequest, 'signal' | 'onProgress' | 'say'>,
): PipelineRequest {
  return {
    choice: options.engines,
    fresh: options.fresh ?? false,
    dataDir: dataDir(),
    config: loadConfig(cliSettings, process.env),
    env: process.env,
    ...rest,
  };
}
