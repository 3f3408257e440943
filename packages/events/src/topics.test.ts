import { describe, expect, it } from '@jest/globals';
import { consumerGroup } from './consumer-groups.ts';
import { topicSpecs } from './topic-config.ts';
import { type Party, type TopicName } from './topics.ts';

describe('topicSpecs', () => {
  it.each([
    [1, '1', 1],
    [2, '1', 2],
    [3, '2', 3],
    [9, '2', 3],
  ])('with %d brokers acknowledges on %s in-sync replicas of %d', (brokers, inSync, replicas) => {
    for (const spec of topicSpecs(brokers)) {
      expect(spec.replicationFactor).toBe(replicas);
      expect(spec.config['min.insync.replicas']).toBe(inSync);
      expect(spec.config['unclean.leader.election.enable']).toBe('false');
    }
  });

  it("stamps records with the broker's clock", () => {
    const types = topicSpecs(1).map(({ config }) => config['message.timestamp.type']);
    expect(new Set(types)).toEqual(new Set(['LogAppendTime']));
  });

  it('keeps rules for good and events for a time', () => {
    const configs = new Map(topicSpecs(1).map(({ name, config }) => [name, config]));
    expect(configs.get('audit.rules')).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(configs.get('audit.ingested')).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '604800000',
    });
  });
});

describe('consumerGroup', () => {
  it.each<[Party, TopicName, string]>([
    ['enrich', 'audit.ingested', 'auditstream-enrich-ingested'],
    ['index', 'audit.dead-letters', 'auditstream-index-dead-letters'],
  ])('%s reads %s as %s', (reader, topic, group) => {
    expect(consumerGroup(reader, topic)).toBe(group);
  });

  it.each<[Party, TopicName]>([
    ['detect', 'audit.rules'],
    ['integrations', 'audit.detections'],
    ['ingest', 'audit.enriched'],
  ])('%s has none for %s', (reader, topic) => {
    expect(() => consumerGroup(reader, topic)).toThrow(/no group/);
  });
});
