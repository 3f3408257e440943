import { expect, it } from '@jest/globals';
import { consumerGroup } from '@auditstream/events/consumer-groups';
import { groupId } from './config.ts';

it('reads in the group whose lag everybody else looks at', () => {
  expect(groupId).toBe(consumerGroup('detect', 'audit.enriched'));
});
