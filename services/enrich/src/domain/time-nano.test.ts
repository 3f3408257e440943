import { describe, expect, it } from '@jest/globals';
import { timeNanoIn } from './time-nano.ts';

const time = 1_795_313_490_476_186;

describe('timeNanoIn', () => {
  it.each([
    [
      'the digits as they are',
      '{"time":1795313490,"timeNano":1795313490476186607}',
      '1795313490476186607',
    ],
    ['white space', '{"timeNano" : 1795313490476186001}', '1795313490476186001'],
    [
      'an attribute of the same name',
      '{"Actor":{"Attributes":{"timeNano":1}},"timeNano":1795313490476186607}',
      '1795313490476186607',
    ],
    ['text that looks like it', '{"x":"\\"timeNano\\":1795313490476186607"}', ''],
    ['none', '{"time":1795313490}', ''],
  ])('finds %s', (_name, body, expected) => {
    expect(timeNanoIn(Buffer.from(body), time)).toBe(expected);
  });
});
