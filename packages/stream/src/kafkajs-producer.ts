/** The producer port on kafkajs. */
import { type ICustomPartitioner, type Message, Partitioners, type TopicMessages } from 'kafkajs';
import { groupBy } from './group-by.ts';
import { openKafkajs, type KafkajsSettings } from './kafkajs-client.ts';
import { toStreamError } from './kafkajs-errors.ts';
import { type ProducerSession } from './ports.ts';
import { type OutgoingRecord } from './types.ts';
import { endsWithin } from './wait.ts';

const CLOSE_LIMIT_MS = 2_000;

/**
 * An idempotent producer of kafkajs. It numbers what it sends, and takes the numbers back when a request
 * fails, though the broker may have written it; another request under the same numbers would then be taken
 * for a repetition and dropped. So it is safe only for one request at a time, repeated unchanged, and has to
 * be replaced after any failure.
 */
export function openKafkajsProducer(settings: KafkajsSettings): ProducerSession {
  const client = openKafkajs(settings, 'some seconds');
  const producer = client.kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: decideOnce(Partitioners.DefaultPartitioner),
  });
  return {
    async connect() {
      try {
        await producer.connect();
      } catch (error) {
        throw toStreamError(error, 'The producer did not reach Kafka');
      }
    },
    async send(records) {
      try {
        await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(records) });
      } catch (error) {
        throw toStreamError(error, 'Kafka did not acknowledge records');
      }
    },
    abandon: client.cut,
    async close() {
      await endsWithin(producer.disconnect(), CLOSE_LIMIT_MS);
      client.cut();
    },
  };
}

function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = groupBy(records, ({ topic }) => topic);
  return [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic.map(toMessage) }));
}

function toMessage({ key, value, partition, headers }: OutgoingRecord): Message {
  return {
    key,
    value,
    ...(partition === undefined ? {} : { partition }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  };
}

/**
 * A partitioner that gives a message its partition once. kafkajs asks again for each retry, and an answer
 * that differs (a record without a key, a topic that has grown) would change a request under the same numbers.
 */
function decideOnce(createPartitioner: ICustomPartitioner): ICustomPartitioner {
  return () => {
    const decide = createPartitioner();
    const decided = new WeakMap<Message, number>();
    return (args) => {
      const known = decided.get(args.message);
      if (known !== undefined) return known;
      const partition = decide(args);
      decided.set(args.message, partition);
      return partition;
    };
  };
}
