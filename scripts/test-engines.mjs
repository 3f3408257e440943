/** Real engines for the stages that need them: their own ports, their own data, gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from './bootstrap.mjs';

/**
 * Starts the engines on free ports and an empty folder; an abort stops those that have been started.
 * @returns the environment that tests find them by, and how to stop them
 */
export async function startTestEngines(signal) {
  const { startEngines } = await import('../infra/local/dist/engines.js');
  const { stopFromState } = await import('../infra/local/dist/control.js');
  const { defaultCacheDir } = await import('../infra/local/dist/dirs.js');
  const { freeEnginePorts } = await import('../infra/local/dist/ports.js');
  const { progressRenderer } = await import('../infra/local/dist/progress.js');

  const dataDir = mkdtempSync(join(tmpdir(), 'auditstream-engines-'));
  const ports = await freeEnginePorts();
  const cacheDir = defaultCacheDir(process.env, process.getuid?.());
  const renderer = progressRenderer(process.stderr);
  say('starting Kafka, the schema registry and OpenSearch for the tests');
  const begun = Date.now();
  try {
    const onProgress = renderer.report;
    const engines = await startEngines({ cacheDir, dataDir, ports, onProgress, signal });
    say(`engines are ready after ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    return {
      env: {
        AUDITSTREAM_TEST_ENGINES_DIR: dataDir,
        AUDITSTREAM_TEST_ENGINES_PORTS: JSON.stringify(ports),
        AUDITSTREAM_KAFKA_BROKERS: engines.kafkaBrokers,
        AUDITSTREAM_REGISTRY_URL: engines.registryUrl,
        AUDITSTREAM_OPENSEARCH_URL: engines.opensearchUrl,
      },
      // Tests restart engines, so who runs now stands in the folder and not in this process.
      stop: async () => {
        await stopFromState(dataDir);
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } finally {
    renderer.finish();
  }
}
