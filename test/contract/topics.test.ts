/** What has to hold of the topic table, whatever topics are added to it. */
import { consumerGroups } from '@auditstream/events/consumer-groups';
import { type Party, type TopicName, topicNames, topics } from '@auditstream/events/topics';
import { describe, expect, it } from '@jest/globals';

/** Anybody may write here, and index reads what it may itself have written. */
const shared: TopicName = 'audit.dead-letters';
const owned = topicNames.filter((name) => name !== shared);
const services: readonly Party[] = ['ingest', 'enrich', 'detect', 'index', 'rules'];

/** The services that read what a service writes. */
function after(service: Party): readonly Party[] {
  return owned
    .filter((name) => topics[name].writers.includes(service))
    .flatMap((name) => topics[name].readers);
}

/** Every service that something written by this one can reach. */
function reachable(from: Party): ReadonlySet<Party> {
  const found = new Set<Party>();
  const open = [...after(from)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...after(next));
  }
  return found;
}

describe('the topic table', () => {
  it.each(services)('lets data go one way: nothing that %s writes comes back to it', (service) => {
    expect([...reachable(service)]).not.toContain(service);
  });

  it('joins ingest to everything that is made of its events', () => {
    expect([...reachable('ingest')].sort()).toEqual(['detect', 'enrich', 'index', 'integrations']);
  });

  it.each(owned)('%s has one writer', (name) => {
    expect(topics[name].writers).toHaveLength(1);
  });

  it.each(topicNames)('%s is read by somebody, and by nobody twice', (name) => {
    const { readers } = topics[name];
    expect(readers.length).toBeGreaterThan(0);
    expect(new Set(readers).size).toBe(readers.length);
  });

  it.each(topicNames)(
    'every service that reads %s has a group of its own, or reads it whole',
    (name) => {
      const { readers, retention } = topics[name];
      const committing = readers.filter(
        (r) => services.includes(r) && retention.type !== 'compacted',
      );
      const groups = consumerGroups(name);
      expect(groups.map(({ reader }) => reader)).toEqual(committing);
    },
  );

  it('gives no two topics one group', () => {
    const groups = topicNames.flatMap((name) => consumerGroups(name).map(({ groupId }) => groupId));
    expect(new Set(groups).size).toBe(groups.length);
  });

  it.each(topicNames.filter((name) => topics[name].copartitionedWith !== undefined))(
    '%s has as many partitions as the topic whose numbers it shares',
    (name) => {
      const other = topics[name].copartitionedWith ?? name;
      expect(other).not.toBe(name);
      expect(topics[name].partitions).toBe(topics[other].partitions);
    },
  );
});
