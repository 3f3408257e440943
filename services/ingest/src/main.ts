import { openCodec } from '@auditstream/events/codec';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { runService } from '@auditstream/runtime/run-service';
import { partitionCount } from '@auditstream/stream/admin';
import { connectKafka } from '@auditstream/stream/connection';
import { startProducer } from '@auditstream/stream/producer';
import { openLetterPorts } from './adapters/letters/letter-ports.ts';
import { openJudging } from './adapters/judging/open-judging.ts';
import { readReduction } from './adapters/reduction-file.ts';
import { readRedaction } from './adapters/redaction-file.ts';
import { openSources } from './adapters/sources/live-sources.ts';
import { startSpooledSink } from './adapters/spool/spooled-sink.ts';
import { openWaysIn } from './adapters/ways-in.ts';
import { ingestSettings, requireProtection, requireSourcesFile } from './config.ts';
import { durabilityHealth } from './health.ts';
import { createIngest } from './ingest.ts';

await runService({
  name: 'ingest',
  settings: ingestSettings,
  start: async ({ config, telemetry, lifecycle, health }) => {
    const { webhook, state } = config;
    const sources = await openSources(requireSourcesFile(config.sources.file), telemetry);
    const tls = requireProtection(webhook, sources.current());
    const redaction = await readRedaction(config.redaction.file);
    const reduction = await readReduction(config.reduction.file);
    const registry = createRegistryClient(config.registry);
    const ingested = await openCodec('audit.ingested', registry);
    const deadLetters = await openCodec('audit.dead-letters', registry);
    const { brokers } = config.kafka;
    const kafka = connectKafka({ brokers, clientId: 'auditstream-ingest', telemetry });
    const producer = await lifecycle.acquire(
      'producer',
      () => startProducer(kafka, { telemetry }),
      (running) => running.stop(),
    );
    const letterPorts = await openLetterPorts(state.folder, config.deadLetters.recipientsFile);
    const common = { ingested, deadLetters, now: Date.now, telemetry, ...letterPorts };
    const countPartitions = () => partitionCount(kafka, 'audit.ingested');
    const sinkOptions = {
      ...{ ...common, ...config.spool, producer, stateFolder: state.folder, countPartitions },
    };
    const sink = await lifecycle.acquire(
      'spool',
      () => startSpooledSink(sinkOptions),
      (started) => started.stop(),
    );
    health.register('durability', () =>
      durabilityHealth({ ...sink.signs(), isConnected: producer.connected() }, Date.now()),
    );
    const entry = new URL('adapters/judging/judge-worker.js', import.meta.url);
    const judging = await openJudging(lifecycle, { entry, telemetry });
    const step = { ...common, ...judging, redaction, reduction, durably: sink.durably };
    const [accept, { folder }, { turns }] = [createIngest(step), state, judging];
    await openWaysIn(lifecycle, {
      ...{ ...webhook, tls, sources, folder, accept, turns, telemetry, now: Date.now },
    });
  },
});
