import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, unknownVariables } from './load-config.ts';
import {
  adminSettings,
  kafkaSettings,
  logSettings,
  openSearchSettings,
  registrySettings,
} from './settings.ts';

const settings = {
  kafka: kafkaSettings,
  registry: registrySettings,
  search: openSearchSettings,
  admin: adminSettings('ingest', 9101),
  log: logSettings,
  port: {
    doc: 'Port of the webhook.',
    format: 'port',
    default: 8080,
    env: 'AUDITSTREAM_INGEST_PORT',
  },
} as const;

function errorOf(env: Record<string, string>): ConfigError {
  try {
    loadConfig(settings, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}

describe('loadConfig', () => {
  it('takes the documented defaults where nothing is set', () => {
    expect(loadConfig(settings, {})).toEqual({
      kafka: { brokers: ['127.0.0.1:9092'] },
      registry: { url: 'http://127.0.0.1:8081/apis/ccompat/v7' },
      search: { url: 'http://127.0.0.1:9200' },
      admin: { host: '127.0.0.1', port: 9101 },
      log: { level: 'info' },
      port: 8080,
    });
  });

  it('takes each setting from its variable, with its type', () => {
    const config = loadConfig(settings, {
      AUDITSTREAM_KAFKA_BROKERS: 'a:1,b:2',
      AUDITSTREAM_INGEST_ADMIN_PORT: '0',
      AUDITSTREAM_LOG_LEVEL: 'debug',
    });
    const brokers: readonly string[] = config.kafka.brokers;
    const level: 'debug' | 'info' | 'warn' | 'error' = config.log.level;
    const port: number = config.admin.port;
    expect({ brokers, level, port }).toEqual({ brokers: ['a:1', 'b:2'], level: 'debug', port: 0 });
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig(settings, { AUDITSTREAM_INGEST_PORT: '' }).port).toBe(8080);
  });

  it('freezes the config all the way down', () => {
    const config = loadConfig(settings, {});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.kafka)).toBe(true);
    expect(Object.isFrozen(config.kafka.brokers)).toBe(true);
  });

  it('leaves the schema as it was', () => {
    const before = JSON.stringify(settings);
    loadConfig(settings, { AUDITSTREAM_KAFKA_BROKERS: 'a:1' });
    expect(JSON.stringify(settings)).toBe(before);
  });

  it('reports every bad setting in one error', () => {
    const error = errorOf({
      AUDITSTREAM_LOG_LEVEL: 'loud',
      AUDITSTREAM_INGEST_PORT: '80x',
      AUDITSTREAM_INGEST_ADMIN_PORT: '9101',
    });
    expect(error).toMatchObject({ code: 'bad-settings', retryable: false });
    expect(error.problems).toEqual([
      {
        setting: 'log.level',
        env: 'AUDITSTREAM_LOG_LEVEL',
        found: '"loud"',
        expected: 'one of debug, info, warn, error',
      },
      {
        setting: 'port',
        env: 'AUDITSTREAM_INGEST_PORT',
        found: '"80x"',
        expected: 'a whole number from 0 to 65535',
      },
    ]);
    expect(error.message).toBe(
      '2 settings are wrong: AUDITSTREAM_LOG_LEVEL (log.level) is "loud", expected one of debug, info, warn, error; ' +
        'AUDITSTREAM_INGEST_PORT (port) is "80x", expected a whole number from 0 to 65535',
    );
  });

  it('does not repeat the credentials of a URL that it refuses', () => {
    const error = errorOf({ AUDITSTREAM_OPENSEARCH_URL: 'http://admin:hunter2@search:9200' });
    expect(error.message).toContain('http://(credentials)@search:9200');
    expect(error.message).not.toContain('hunter2');
    expect(error.cause).toBeUndefined();
  });

  it('shows the beginning of what is very long', () => {
    const error = errorOf({ AUDITSTREAM_LOG_LEVEL: 'x'.repeat(10_000) });
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('unknownVariables', () => {
  it.each<[string, boolean]>([
    ['AUDITSTREAM_INGEST_PROT', true],
    ['AUDITSTREAM_LOG_LEVLE', true],
    ['AUDITSTREAM_KAFKA_BROKER', true],
    ['AUDITSTREAM_INGEST_PORT', false],
    ['AUDITSTREAM_ENRICH_ADMIN_PORT', false],
    ['AUDITSTREAM', false],
    ['PATH', false],
  ])('of %s: %s', (name, unknown) => {
    expect(unknownVariables(settings, { [name]: '1' })).toEqual(unknown ? [name] : []);
  });
});
