import { describe, expect, it } from '@jest/globals';
import { type TopicCodec } from '@auditstream/events/codec';
import { CodecError } from '@auditstream/events/errors';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { type OutgoingRecord, type StreamRecord } from '@auditstream/stream/types';
import { createCatalogue } from './domain/catalogue.ts';
import { type PackRule } from './domain/pack-rule.ts';
import { publishRules, type PublishPorts } from './publish.ts';

const rule: PackRule = {
  ...{ id: 'a', title: 'A', level: 'high', mode: 'enforce', text: 't', digest: 'd1', pack: 'p' },
};

const codec: TopicCodec<RuleVersion> = {
  encode: (version) => Buffer.from(JSON.stringify(version)),
  decode: (framed) => {
    if (framed.toString() === 'poison') throw new CodecError('undecodable', 'No such value.');
    return JSON.parse(framed.toString()) as RuleVersion;
  },
  prepare: () => Promise.resolve(),
};

/** A topic in memory; `rival` is appended by somebody else just before our first send. */
function createTopic(rival: readonly RuleVersion[] = []) {
  const records: StreamRecord[] = [];
  const sent: OutgoingRecord[] = [];
  const logged: string[] = [];
  let handed = 0;
  const append = ({ key, value }: Pick<OutgoingRecord, 'key' | 'value'>): void => {
    const offset = records.length;
    records.push({
      ...{ topic: 'audit.rules', partition: 0, offset, timestamp: 1000 + offset },
      ...{ key, value, headers: {} },
    });
  };
  const log = (_: object, message: string): void => void logged.push(message);
  const ports = (): PublishPorts => ({
    catalogue: createCatalogue(),
    codec,
    producer: {
      send: (outgoing) => {
        rival.forEach((version) => {
          append({ key: null, value: codec.encode(version) });
        });
        sent.push(...outgoing);
        outgoing.forEach(append);
        return Promise.resolve();
      },
    },
    readTopic: () => Promise.resolve(records.slice(handed, (handed = records.length))),
    telemetry: {
      count: () => undefined,
      log: { debug: log, info: log, warn: log, error: log, child: () => ports().telemetry.log },
    },
  });
  const restart = (): PublishPorts => {
    handed = 0;
    return ports();
  };
  return { restart, append, sent, logged };
}

describe('publishRules', () => {
  it('publishes what is missing under id and version, and knows it with its append time', async () => {
    const topic = createTopic();
    const ports = topic.restart();
    const published = await publishRules([rule], ports);
    expect(published.map(({ id, version }) => [id, version])).toEqual([['a', 1]]);
    expect(topic.sent.map(({ key }) => key?.toString())).toEqual(['a/1']);
    expect(ports.catalogue.versionsOf('a').map(({ publishedAt }) => publishedAt)).toEqual([1000]);
  });

  it('publishes nothing the second time', async () => {
    const topic = createTopic();
    await publishRules([rule], topic.restart());
    expect(await publishRules([rule], topic.restart())).toEqual([]);
    expect(topic.sent).toHaveLength(1);
  });

  it('goes on where a send was lost half-way', async () => {
    const topic = createTopic();
    await publishRules([rule], topic.restart());
    const published = await publishRules([rule, { ...rule, id: 'b' }], topic.restart());
    expect(published.map(({ id }) => id)).toEqual(['b']);
  });

  it('publishes nothing when the topic cannot be read', async () => {
    const topic = createTopic();
    topic.append({ key: null, value: Buffer.from('poison') });
    await expect(publishRules([rule], topic.restart())).rejects.toMatchObject({
      code: 'unreadable-topic',
      message: 'audit.rules cannot be read at offset 0: No such value. Nothing is published.',
    });
    expect(topic.sent).toEqual([]);
  });

  it('notices that another process was first, and recovers under the next number', async () => {
    const other = { ...rule, digest: 'd2', version: 1, enabled: true, author: 'x', comment: '' };
    const topic = createTopic([other]);
    await expect(publishRules([rule], topic.restart())).rejects.toMatchObject({
      code: 'second-writer',
    });
    expect(topic.logged).toHaveLength(1);
    const published = await publishRules([rule], topic.restart());
    expect(published.map(({ version }) => version)).toEqual([2]);
  });

  it('takes a repeat of its own content by another process as done', async () => {
    const same = { ...rule, version: 1, enabled: true, author: 'x', comment: '' };
    const topic = createTopic([same]);
    expect(await publishRules([rule], topic.restart())).toHaveLength(1);
    expect(topic.logged).toEqual([]);
  });

  it('is not done when the producer is not', async () => {
    const ports = createTopic().restart();
    const send = (): Promise<void> => Promise.reject(new Error('no leader'));
    await expect(publishRules([rule], { ...ports, producer: { send } })).rejects.toThrow(
      'no leader',
    );
  });
});
