import { describe, expect, it } from '@jest/globals';
import { createLogger, type Logger, type LogLevel } from './logger.ts';

type Line = Record<string, unknown>;

function setUp(level: LogLevel = 'debug'): {
  log: Logger;
  lines: () => Line[];
  text: () => string;
} {
  let text = '';
  const output = {
    write: (line: string) => {
      text += line;
    },
  };
  const log = createLogger({ service: 'ingest', level, output });
  const lines = (): Line[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  return { log, lines, text: () => text };
}

describe('the logger', () => {
  it('writes one JSON object a line, with time, level, service and message', () => {
    const { log, lines, text } = setUp();
    log.info({ topic: 'audit.ingested' }, 'Two\nlines.');
    log.error({}, 'Bad.');
    expect(text().match(/\n/g)).toHaveLength(2);
    const [first = {}, second = {}] = lines();
    expect(first).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'ingest',
      topic: 'audit.ingested',
      msg: 'Two\nlines.',
    });
    expect(second['level']).toBe('error');
  });

  it.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('at level %s writes %s', (level, expected) => {
    const { log, lines } = setUp(level);
    log.debug({}, 'd');
    log.info({}, 'i');
    log.warn({}, 'w');
    log.error({}, 'e');
    expect(lines().map((line) => line['level'])).toEqual(expected);
  });

  it('adds the fields of a child to its lines only', () => {
    const { log, lines } = setUp();
    log.child({ partition: 3 }).info({}, 'a');
    log.info({}, 'b');
    expect(lines().map((line) => line['partition'])).toEqual([3, undefined]);
  });

  it.each([
    { token: 'hunter2' },
    { password: 'hunter2' },
    { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } },
    { request: { headers: { authorization: 'hunter2' } } },
    { a: { b: { c: { secret: 'hunter2', apiKey: 'hunter2' } } } },
  ])('writes no secret: %j', (fields) => {
    const { log, text } = setUp();
    log.info(fields, 'A request.');
    expect(text()).toContain('(redacted)');
    expect(text()).not.toContain('hunter2');
  });

  it('describes an error with its code and causes, and nothing that hangs on it', () => {
    const { log, lines, text } = setUp();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('no answer', { cause }), {
      retryable: true,
      meta: { deep: { deep: { deep: { deep: { authorization: 'hunter2' } } } } },
    });
    log.warn({ error }, 'It failed.');
    expect(lines()[0]).toMatchObject({
      error: {
        type: 'Error',
        message: 'no answer',
        retryable: true,
        stack: expect.stringContaining('no answer'),
        cause: { message: 'refused', code: 'ECONNREFUSED' },
      },
    });
    expect(text()).not.toContain('hunter2');
  });

  it('ends with causes that go in a circle', () => {
    const { log, lines } = setUp();
    const error = new Error('a');
    error.cause = error;
    log.warn({ error }, 'It failed.');
    expect(lines()).toHaveLength(1);
  });

  it('takes what was thrown without being an error', () => {
    const { log, lines } = setUp();
    log.warn({ error: 'just text' }, 'It failed.');
    expect(lines()[0]).toMatchObject({ error: 'just text' });
  });
});
