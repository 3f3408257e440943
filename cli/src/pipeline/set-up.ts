import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaOf } from '@auditstream/events/codec';
import { createRegistryClient } from '@auditstream/events/registry-client';
import { topicSpecs } from '@auditstream/events/topic-config';
import { topicNames, valueSubject } from '@auditstream/events/topics';
import { brokerCount, ensureTopics } from '@auditstream/stream/admin';
import { type KafkaConnection } from '@auditstream/stream/connection';
import { type IndexAdmin } from '../adapters/opensearch.ts';
import { projectRoot } from './folders.ts';

export interface SetUpTargets {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly openSearch: IndexAdmin;
}

/**
 * Creates the topics of the topic table, registers the schemas and installs the index templates.
 * Doing it again changes nothing.
 *
 * @param say is told each step in words
 */
export async function setUp(targets: SetUpTargets, say: (step: string) => void): Promise<void> {
  await createTopics(targets.kafka, say);
  await registerSchemas(targets.registryUrl);
  say(`${topicNames.length} schemas registered`);
  const templates = await installTemplates(targets.openSearch);
  say(`${templates} index templates installed`);
}

async function createTopics(kafka: KafkaConnection, say: (step: string) => void): Promise<void> {
  const reports = await ensureTopics(kafka, topicSpecs(await brokerCount(kafka)));
  say(`${reports.length} topics (${reports.filter(({ created }) => created).length} new)`);
  for (const { name, differences } of reports) {
    for (const { setting, wanted, actual } of differences) {
      say(`${name}: ${setting} is '${actual}' and should be '${wanted}'; it is left as it is`);
    }
  }
}

async function registerSchemas(url: string): Promise<void> {
  const registry = createRegistryClient({ url });
  for (const topic of topicNames) {
    const subject = valueSubject(topic);
    await registry.register(subject, schemaOf(topic));
    await registry.requireBackwardTransitive(subject);
  }
}

async function installTemplates(openSearch: IndexAdmin): Promise<number> {
  const folder = join(projectRoot, 'infra', 'opensearch', 'templates');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const file of files) {
    const body = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
    await openSearch.putTemplate(file.slice(0, -'.json'.length), body);
  }
  return files.length;
}
