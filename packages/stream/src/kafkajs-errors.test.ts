import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { StreamError } from './errors.ts';
import { toStreamError } from './kafkajs-errors.ts';

const protocol = (type: string, retriable: boolean): Error =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable }));
const exceeded = (cause: Error): Error =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 1_000 });

const final = (name: string): Error =>
  Object.assign(new kafkajs.KafkaJSNonRetriableError('no'), { name });

describe('toStreamError', () => {
  it.each<[string, unknown, string, boolean]>([
    ['a refused connection', new kafkajs.KafkaJSConnectionError('refused'), 'unreachable', true],
    [
      'a refused connection, after all retries',
      exceeded(new kafkajs.KafkaJSConnectionError('refused')),
      'unreachable',
      true,
    ],
    [
      'no coordinator, which kafkajs calls final',
      final('KafkaJSGroupCoordinatorNotFound'),
      'unreachable',
      true,
    ],
    ['a request that timed out', new kafkajs.KafkaJSRequestTimeoutError('late'), 'timeout', true],
    ['an unknown topic', protocol('UNKNOWN_TOPIC_OR_PARTITION', true), 'unknown-topic', true],
    ['an election', protocol('LEADER_NOT_AVAILABLE', true), 'unavailable', true],
    ['too few replicas', protocol('NOT_ENOUGH_REPLICAS', true), 'unavailable', true],
    ['a large record', protocol('MESSAGE_TOO_LARGE', false), 'record-too-large', false],
    ['a former generation', protocol('ILLEGAL_GENERATION', false), 'not-owner', true],
    [
      'a broken numbering',
      protocol('OUT_OF_ORDER_SEQUENCE_NUMBER', false),
      'sequence-broken',
      true,
    ],
    ['a missing permission', protocol('TOPIC_AUTHORIZATION_FAILED', false), 'unauthorised', false],
    ['anything else final', protocol('INVALID_REQUEST', false), 'refused', false],
    ['a wrong password', final('KafkaJSSASLAuthenticationError'), 'unauthenticated', false],
    ['a defect', new TypeError('x is not a function'), 'unexpected', false],
    ['what is no error', 'a string', 'unexpected', false],
  ])('%s', (_, error, code, retryable) => {
    expect(toStreamError(error, 'It failed')).toMatchObject({ code, retryable });
  });

  it('says what was being done and keeps the cause', () => {
    const error = new kafkajs.KafkaJSConnectionError('refused');
    const wrapped = toStreamError(exceeded(error), 'Offsets were not read');
    expect(wrapped.message).toBe('Offsets were not read: refused');
    expect(wrapped.cause).toBeInstanceOf(Error);
  });

  it('finds the reason in a list of errors', () => {
    const aggregate = Object.assign(new Error('several'), {
      name: 'KafkaJSAggregateError',
      errors: [protocol('INVALID_REPLICATION_FACTOR', false)],
    });
    expect(toStreamError(aggregate, 'Topics were not created')).toMatchObject({ code: 'refused' });
  });

  it('is total, and leaves its own errors as they are', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const error = toStreamError(thrown, 'It failed');
        expect(error).toBeInstanceOf(StreamError);
        expect(toStreamError(error, 'again')).toBe(error);
      }),
      { examples: [[{ toString: 0 }], [Object.create(null)]] },
    );
  });
});
