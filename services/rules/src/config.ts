import {
  adminSettings,
  kafkaSettings,
  logSettings,
  registrySettings,
  type Settings,
} from '@auditstream/runtime/settings';

/** The settings of the rules service. */
export const rulesSettings = {
  api: {
    host: {
      doc: 'Address on which the rules API is served. It has no authentication: keep it on loopback.',
      format: 'text',
      default: '127.0.0.1',
      env: 'AUDITSTREAM_RULES_HOST',
    },
    port: {
      doc: 'Port of the rules API; 0 takes any free one.',
      format: 'port',
      default: 8082,
      env: 'AUDITSTREAM_RULES_PORT',
    },
  },
  packs: {
    dir: {
      doc: 'Folder with the packs of rules: each is a folder in it that has a pack.yaml. Relative to the working directory.',
      format: 'text',
      default: 'rules',
      env: 'AUDITSTREAM_RULES_PACKS_DIR',
    },
  },
  kafka: kafkaSettings,
  registry: registrySettings,
  admin: adminSettings('rules', 9105),
  log: logSettings,
} as const satisfies Settings;
