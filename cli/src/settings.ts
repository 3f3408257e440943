import {
  kafkaSettings,
  openSearchSettings,
  registrySettings,
  type ConfigOf,
  type Settings,
} from '@auditstream/runtime/settings';

/** The ports on which our own services are started locally, and the addresses used when engines are external. */
export const cliSettings = {
  kafka: kafkaSettings,
  registry: registrySettings,
  openSearch: openSearchSettings,
  ports: {
    ingest: {
      doc: 'Port of the audit webhook of a locally started ingest.',
      format: 'port',
      default: 8080,
      env: 'AUDITSTREAM_INGEST_PORT',
    },
    rules: {
      doc: 'Port of the rules API of a locally started rules service.',
      format: 'port',
      default: 8082,
      env: 'AUDITSTREAM_RULES_PORT',
    },
    ingestAdmin: adminPort('INGEST', 9101),
    enrichAdmin: adminPort('ENRICH', 9102),
    detectAdmin: adminPort('DETECT', 9103),
    indexAdmin: adminPort('INDEX', 9104),
    rulesAdmin: adminPort('RULES', 9105),
  },
  sources: {
    file: {
      doc: 'The sources file that `auditstream source` edits; without one, that of the data folder.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_SOURCES_FILE',
    },
  },
  dashboards: {
    url: {
      doc: 'Base address of OpenSearch Dashboards, for links; without it none are printed.',
      format: 'optional-url',
      default: null,
      env: 'AUDITSTREAM_DASHBOARDS_URL',
    },
  },
} as const satisfies Settings;

export type CliConfig = ConfigOf<typeof cliSettings>;

function adminPort<const S extends string>(service: S, port: number) {
  return {
    doc: `Port of /livez, /readyz and /metrics of a locally started ${service.toLowerCase()}.`,
    format: 'port',
    default: port,
    env: `AUDITSTREAM_${service}_ADMIN_PORT`,
  } as const;
}
