import { consumerGroups } from '@auditstream/events/consumer-groups';
import { type TopicName, topicNames } from '@auditstream/events/topics';
import { consumerLag, topicEnds } from '@auditstream/stream/admin';
import { type KafkaConnection } from '@auditstream/stream/connection';
import { type DocumentReader, type Json } from '../adapters/opensearch.ts';
import { type SampleManifest } from './manifest.ts';
import { type Baseline, type SampleProgress } from './progress.ts';

export interface Observed {
  readonly kafka: KafkaConnection;
  readonly openSearch: DocumentReader;
  /** Which events and detections count. */
  readonly query: Json;
}

/** What is there before the sample is sent. */
export async function takeBaseline(observed: Observed): Promise<Baseline> {
  const { kafka, openSearch } = observed;
  await openSearch.refresh('audit-*');
  return {
    ingested: await appended(kafka, 'audit.ingested'),
    enriched: await appended(kafka, 'audit.enriched'),
    deadLetters: await appended(kafka, 'audit.dead-letters'),
    repeats: await openSearch.count('audit-repeats-*', { match_all: {} }),
    indexed: await openSearch.count('audit-events', observed.query),
  };
}

/**
 * How far the sample has come. Lag is read before the documents are counted, so that a lag of zero means:
 * everything accepted before the call can be counted.
 */
export async function observe(observed: Observed, since: Baseline): Promise<SampleProgress> {
  const { kafka, openSearch, query } = observed;
  const accepted = (await appended(kafka, 'audit.ingested')) - since.ingested;
  const lag = await totalLag(kafka);
  const enriched = (await appended(kafka, 'audit.enriched')) - since.enriched;
  await openSearch.refresh('audit-*');
  return {
    accepted,
    lag,
    enriched,
    deadLetters: (await appended(kafka, 'audit.dead-letters')) - since.deadLetters,
    indexed: await openSearch.count('audit-events', query),
    repeats: (await openSearch.count('audit-repeats-*', { match_all: {} })) - since.repeats,
    detections: await openSearch.count('audit-detections', query),
  };
}

/** Documents of the sample: its clusters' names are its own. */
export function ofSample({ clusters }: SampleManifest): Json {
  return { terms: { 'orchestrator.cluster.name': Object.keys(clusters) } };
}

async function appended(kafka: KafkaConnection, topic: TopicName): Promise<number> {
  const ends = await topicEnds(kafka, topic);
  return ends.reduce((sum, { offset }) => sum + offset, 0);
}

/**
 * Records that some consumer has not settled, read in the direction of the stream: zero means that nothing
 * accepted before the call is under way any more.
 */
export async function totalLag(kafka: KafkaConnection): Promise<number> {
  let total = 0;
  for (const topic of topicNames) {
    for (const { groupId } of consumerGroups(topic)) {
      const [lag] = await consumerLag(kafka, [{ groupId, topic }]);
      total += lag?.lag ?? 0;
    }
  }
  return total;
}
