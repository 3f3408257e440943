import { describe, expect, it } from '@jest/globals';
import { describeSettings, renderMetricsPage, renderSettingsPage } from './docs-pages.ts';
import { metricsCatalogue } from './metrics-catalogue.ts';
import { adminSettings, kafkaSettings, type Settings } from './settings.ts';

const own = {
  window: {
    doc: 'How long a | b\nis kept.',
    format: 'whole-number',
    unit: 'ms',
    minimum: 1,
    default: 5000,
    env: 'AUDITSTREAM_DETECT_WINDOW_MS',
  },
  key: { doc: 'A key.', format: 'file', default: null, env: 'AUDITSTREAM_DETECT_KEY_FILE' },
} as const satisfies Settings;

const services = [
  { service: 'ingest', settings: { kafka: kafkaSettings, admin: adminSettings('ingest', 9101) } },
  { service: 'detect', settings: { kafka: kafkaSettings, ...own } },
  { service: 'empty', settings: { kafka: kafkaSettings } },
];

describe('describeSettings', () => {
  it('gives a row for each setting, in their order', () => {
    expect(describeSettings({ kafka: kafkaSettings, own })).toEqual([
      {
        name: 'kafka.brokers',
        env: 'AUDITSTREAM_KAFKA_BROKERS',
        value: 'host:port, or several of them separated by commas',
        default: '`127.0.0.1:9092`',
        doc: kafkaSettings.brokers.doc,
      },
      {
        name: 'own.window',
        env: 'AUDITSTREAM_DETECT_WINDOW_MS',
        value: 'a whole number of at least 1 (ms)',
        default: '`5000`',
        doc: own.window.doc,
      },
      {
        name: 'own.key',
        env: 'AUDITSTREAM_DETECT_KEY_FILE',
        value: 'the path of a file',
        default: 'none',
        doc: 'A key.',
      },
    ]);
  });
});

describe('the settings page', () => {
  const page = renderSettingsPage(services);

  it('has shared settings once, then those of each service that has any', () => {
    expect(page.match(/^## .*/gm)).toEqual(['## Shared', '## ingest', '## detect']);
    expect(page.match(/AUDITSTREAM_KAFKA_BROKERS/g)).toHaveLength(1);
  });

  it('keeps each row on its line and in its cells', () => {
    expect(page).toContain(
      '| `AUDITSTREAM_DETECT_WINDOW_MS` | a whole number of at least 1 (ms) | `5000` | How long a \\| b is kept. |\n',
    );
  });
});

describe('the metrics page', () => {
  const page = renderMetricsPage(metricsCatalogue);

  it.each(Object.keys(metricsCatalogue))('has one row for %s', (name) => {
    expect(page.match(new RegExp(`^\\| \`auditstream_${name}\` `, 'gm'))).toHaveLength(1);
  });

  it('groups them by where they come from, with their labels', () => {
    expect(page.match(/^## .*/gm)).toEqual([
      '## stream',
      '## ingest',
      '## enrich',
      '## detect',
      '## index',
      '## rules',
      '## authz',
    ]);
    expect(page).toContain(
      "| `auditstream_detect_detections_total` | counter | detections | `rule`: a rule's id | Detections emitted, repeats of redelivered events included. |\n",
    );
  });
});
