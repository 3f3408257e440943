import {
  adminSettings,
  kafkaSettings,
  logSettings,
  openSearchSettings,
  registrySettings,
} from '@auditstream/runtime/settings';

/** Every setting of index. */
export const indexSettings = {
  kafka: kafkaSettings,
  registry: registrySettings,
  opensearch: {
    ...openSearchSettings,
    timeoutMs: {
      doc: 'Time after which a request to OpenSearch is given up and tried again.',
      format: 'whole-number',
      unit: 'ms',
      default: 30_000,
      minimum: 1_000,
      env: 'AUDITSTREAM_INDEX_OPENSEARCH_TIMEOUT_MS',
    },
  },
  admin: adminSettings('index', 9104),
  log: logSettings,
} as const;
