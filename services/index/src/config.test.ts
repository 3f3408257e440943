import { expect, it } from '@jest/globals';
import { consumerGroup } from '@auditstream/events/consumer-groups';
import { type TopicName } from '@auditstream/events/topics';
import { groups } from './config.ts';

it.each(Object.entries(groups))(
  '%s is read in the group that the topic table names',
  (topic, group) => {
    expect(group).toBe(consumerGroup('index', topic as TopicName));
  },
);
