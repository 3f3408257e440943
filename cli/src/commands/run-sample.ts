import { type Pipeline } from '../pipeline/pipeline.ts';
import { type SampleManifest } from '../sample/manifest.ts';
import { ofSample, takeBaseline } from '../sample/observe.ts';
import { type SampleProgress, faultsOf } from '../sample/progress.ts';
import { sendSample } from '../sample/send.ts';
import { waitUntilSettled } from '../sample/settle.ts';
import { progressView } from '../view/progress-view.ts';

export interface SampleRun {
  readonly progress: SampleProgress;
  /** One sentence for each thing that is missing or doubled. */
  readonly faults: readonly string[];
}

type Target = Pick<Pipeline, 'kafka' | 'openSearch' | 'ingestUrl' | 'folders'>;

const patienceMs = 120_000;

/** Sends the sample in, waits until all of it is settled, and judges what came of it. */
export async function runSample(
  target: Target,
  manifest: SampleManifest,
  signal: AbortSignal,
): Promise<SampleRun> {
  const { kafka, openSearch, ingestUrl, folders } = target;
  const observed = { kafka, openSearch, query: ofSample(manifest) };
  const baseline = await takeBaseline(observed);
  const sent = await sendSample(manifest, { ingestUrl, folders, signal });
  const view = progressView(manifest.total, process.stderr);
  try {
    const progress = await waitUntilSettled(observed, {
      expected: manifest.total,
      baseline,
      signal,
      patienceMs,
      onProgress: (now) => {
        view.update(now);
      },
    });
    return { progress, faults: faultsOf(progress, baseline, manifest) };
  } finally {
    view.finish();
    await sent.close();
  }
}
