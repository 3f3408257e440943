import { loadConfig } from '@auditstream/runtime/load-config';
import { type Hit } from '../adapters/opensearch.ts';
import { CliError } from '../errors.ts';
import { type Pipeline } from '../pipeline/pipeline.ts';
import { type SampleManifest, readManifest } from '../sample/manifest.ts';
import { observe, ofSample } from '../sample/observe.ts';
import { cliSettings } from '../settings.ts';
import { summaryLine, totalsLine } from '../view/progress-view.ts';
import { chooseFindings } from './choose-findings.ts';
import { closingWords } from './closing-words.ts';
import { type EngineOptions, say, startFromEnvironment } from './engine-options.ts';
import { type SampleRun, runSample } from './run-sample.ts';
import { watch } from './watch.ts';

export interface StartOptions extends EngineOptions {
  /** Stop everything once the sample is settled. */
  readonly once?: boolean;
  /** End standard output with one JSON object. */
  readonly json?: boolean;
}

/**
 * The whole way in the foreground: engines, services, sample, summary; then stays until it is told to
 * stop, and stops what it started.
 *
 * @throws CliError with exit code 1 where something of the sample is missing or doubled
 */
export async function start(options: StartOptions, signal: AbortSignal): Promise<void> {
  const manifest = await readManifest();
  const pipeline = await startFromEnvironment(options, signal);
  try {
    const run = await runSample(pipeline, manifest, signal);
    await report(pipeline, manifest, { run, json: options.json ?? false });
    if (run.faults.length > 0) throw new CliError(run.faults.join('\n'), { exitCode: 1 });
    if (options.once !== true) await stay(pipeline, signal);
  } finally {
    say('stopping');
    await pipeline.stop();
  }
}

/** The live summary goes on with whatever else comes in. */
async function stay({ services, kafka, openSearch }: Pipeline, signal: AbortSignal): Promise<void> {
  say('\nRunning. Ctrl-C stops everything that was started here.');
  const observed = { kafka, openSearch, query: { match_all: {} } };
  const nothing = { ingested: 0, enriched: 0, deadLetters: 0, repeats: 0, indexed: 0 };
  const summary = async (): Promise<string> => totalsLine(await observe(observed, nothing));
  await watch({ services, summary }, signal, say);
}

interface Outcome {
  readonly run: SampleRun;
  readonly json: boolean;
}

async function report(
  pipeline: Pipeline,
  manifest: SampleManifest,
  { run, json }: Outcome,
): Promise<void> {
  const { progress } = run;
  const words = closingWords({
    detections: await gravest(pipeline, manifest),
    manifest,
    openSearchUrl: pipeline.engines.addresses.openSearchUrl,
    dashboardsUrl: loadConfig(cliSettings, process.env).dashboards.url,
    ingestUrl: pipeline.ingestUrl,
  });
  const text = `\n${summaryLine(progress, manifest.total)}\n\n${words}\n`;
  if (!json) {
    process.stdout.write(text);
    return;
  }
  process.stderr.write(text);
  const { accepted, indexed, repeats, deadLetters, detections } = progress;
  const engines = pipeline.engines.choice;
  const summary = { accepted, indexed, repeats, deadLetters, detections, engines };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

/** Three detections about named objects. */
async function gravest(pipeline: Pipeline, manifest: SampleManifest): Promise<readonly Hit[]> {
  const hits = await pipeline.openSearch.search('audit-detections', {
    size: 1_000,
    query: {
      bool: {
        filter: [ofSample(manifest), { exists: { field: 'orchestrator.resource.name' } }],
      },
    },
    sort: [{ 'event.severity': 'desc' }, { '@timestamp': 'asc' }, { 'event.id': 'asc' }],
  });
  return chooseFindings(hits, 3);
}
