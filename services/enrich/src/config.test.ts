import { expect, it } from '@jest/globals';
import { consumerGroup } from '@auditstream/events/consumer-groups';
import { groupId } from './config.ts';

it('reads in the consumer group that the topic table names', () => {
  expect(groupId).toBe(consumerGroup('enrich', 'audit.ingested'));
});
