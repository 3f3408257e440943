import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningEngines } from '@auditstream/local/engines';
import { asWebhookItem, auditLogLines } from '../../support/audit-log.ts';
import { documentsOfAll } from '../../support/documents.ts';
import { engineHandles } from '../../support/engines.ts';
import {
  type KubeApiServer,
  startKubeApiServer,
  type WebhookCredential,
} from '../../support/kube-apiserver.ts';
import { runWorkload, type WorkloadResult } from '../../support/kube-workload.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { compareWithDocuments, nothingAmiss } from '../../support/same-events.ts';
import {
  commonNameOf,
  type ShownBy,
  tokenOf,
  webhookSources,
} from '../../support/webhook-source.ts';
import { prepareWebhookTls, type WebhookTls } from '../../support/webhook-tls.ts';

jest.setTimeout(900_000);

/** Longer than an API server keeps a batch: ingest has to take it without Kafka. */
const kafkaAwayMs = 180_000;
/** Milliseconds that the workload has been going on for when something happens. */
const inTheMiddle = 1_000;

interface Parts {
  readonly pipeline: TestPipeline;
  readonly engines: RunningEngines;
  /** Runs a workload of so many rounds. */
  readonly work: (name: string, rounds: number) => Promise<void>;
}

interface Scenario {
  readonly trouble: string;
  readonly cluster: string;
  /** What the API server shows to ingest. */
  readonly by: ShownBy;
  readonly run: (parts: Parts) => Promise<void>;
}

const scenarios: readonly Scenario[] = [
  {
    ...{ trouble: 'nothing goes wrong', cluster: 'api-quiet', by: 'token' },
    run: ({ work }) => work('shop', 8),
  },
  {
    ...{ trouble: 'ingest is killed three times', cluster: 'api-kill', by: 'certificate' },
    run: killIngest,
  },
  {
    ...{ trouble: 'Kafka is away for a while', cluster: 'api-kafka', by: 'certificate' },
    run: stopKafka,
  },
];

async function killIngest({ pipeline, work }: Parts): Promise<void> {
  for (const name of ['first', 'second', 'third']) {
    const working = work(name, 3);
    await delay(inTheMiddle);
    await pipeline.services.ingest.signal('SIGKILL');
    await pipeline.services.ingest.start();
    await working;
  }
}

async function stopKafka({ engines, work }: Parts): Promise<void> {
  const working = work('shop', 8);
  await delay(inTheMiddle);
  await engines.engines.kafka?.stop();
  await delay(kafkaAwayMs);
  await engines.engines.kafka?.restart();
  await working;
}

let engines: RunningEngines;
let pipeline: TestPipeline;
let tls: WebhookTls;

beforeAll(async () => {
  engines = await engineHandles();
  tls = await prepareWebhookTls();
  const clusters = scenarios.map(({ cluster }) => cluster);
  const shownBy = Object.fromEntries(scenarios.map(({ cluster, by }) => [cluster, by]));
  const writeSources = webhookSources(clusters, shownBy);
  pipeline = await startTestPipeline({ writeSources, env: tls.env });
});

afterAll(async () => {
  await pipeline.stop();
  await tls.remove();
});

function credentialOf({ cluster, by }: Scenario): WebhookCredential | Promise<WebhookCredential> {
  return by === 'token' ? { token: tokenOf(cluster) } : tls.clientOf(commonNameOf(cluster));
}

describe.each(scenarios)(
  'a real API server with an audit webhook, by $by, while $trouble',
  (scenario) => {
    const { cluster } = scenario;
    let server: KubeApiServer;
    const done: WorkloadResult[] = [];
    const logFolder = (): string => join(pipeline.folders.data, cluster);
    const recorded = async (): Promise<readonly string[]> =>
      (await auditLogLines(logFolder())).map(asWebhookItem);

    beforeAll(async () => {
      const url = `https://${new URL(pipeline.ingestUrl).host}/v1/kubernetes/${cluster}/audit`;
      const webhook = { url, ca: tls.ca, credential: await credentialOf(scenario) };
      server = await startKubeApiServer({ logFolder: logFolder(), webhook });
      const work = async (name: string, rounds: number): Promise<void> => {
        done.push(await runWorkload(server, { name, namespaces: 10, rounds }));
      };
      await scenario.run({ pipeline, engines, work });
    });

    afterAll(() => server.stop());

    it('is asked at least 3,000 things, and gives every kind of answer', () => {
      const requests = done.reduce((sum, workload) => sum + workload.requests, 0);
      expect(requests).toBeGreaterThanOrEqual(3_000);
      const statuses = done.flatMap((workload) => [...workload.statuses.keys()]);
      expect(statuses).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 409, 422]));
    });

    it('has every event of its log as one document with the same bytes', async () => {
      const events = (await recorded()).length;
      process.stderr.write(`${cluster}: ${events} events in the log\n`);
      expect(events).toBeGreaterThanOrEqual(3_000);
      const comparison = await compareWithDocuments(pipeline.openSearch, cluster, recorded);
      expect(comparison).toEqual(nothingAmiss);
    });

    it('has no event rejected', async () => {
      expect(await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [cluster])).toEqual(
        [],
      );
    });
  },
);
