/** The settings that services share, and the shape that all settings have. */
import { type Setting } from './setting-formats.ts';

/** A convict schema: settings, in named groups. No group has an entry called `default`. */
export interface Settings {
  readonly [name: string]: Setting | Settings;
}

/** The value that one setting has in a loaded config. */
type ValueOf<S extends Setting> = S extends { readonly format: 'port' | 'whole-number' }
  ? number
  : S extends { readonly format: 'flag' }
    ? boolean
    : S extends { readonly format: 'address-list' }
      ? readonly string[]
      : S extends { readonly format: 'file' | 'optional-url' }
        ? string | null
        : S extends { readonly format: 'choice'; readonly choices: readonly (infer C)[] }
          ? C
          : string;

/** The config that settings load into: the same groups, read-only, with a value for each setting. */
export type ConfigOf<S> = {
  readonly [K in keyof S]: S[K] extends Setting ? ValueOf<S[K]> : ConfigOf<S[K]>;
};

export const kafkaSettings = {
  brokers: {
    doc: 'Kafka brokers to start from; the others of the cluster are learnt from them.',
    format: 'address-list',
    default: ['127.0.0.1:9092'],
    env: 'AUDITSTREAM_KAFKA_BROKERS',
  },
} as const satisfies Settings;

export const registrySettings = {
  url: {
    doc: 'Base URL of the schema registry (the Confluent API).',
    format: 'url',
    default: 'http://127.0.0.1:8081/apis/ccompat/v7',
    env: 'AUDITSTREAM_REGISTRY_URL',
  },
} as const satisfies Settings;

export const openSearchSettings = {
  url: {
    doc: 'Base URL of OpenSearch.',
    format: 'url',
    default: 'http://127.0.0.1:9200',
    env: 'AUDITSTREAM_OPENSEARCH_URL',
  },
} as const satisfies Settings;

export const logSettings = {
  level: {
    doc: 'The least important level that is logged.',
    format: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    env: 'AUDITSTREAM_LOG_LEVEL',
  },
} as const satisfies Settings;

export interface AdminSettings extends Settings {
  readonly host: Extract<Setting, { readonly format: 'text' }>;
  readonly port: Extract<Setting, { readonly format: 'port' }>;
}

/** Where a service answers for health and metrics. The pages are unauthenticated: hence loopback. */
export function adminSettings(service: string, defaultPort: number): AdminSettings {
  return {
    host: {
      doc: 'Address on which /livez, /readyz and /metrics are served, without authentication.',
      format: 'text',
      default: '127.0.0.1',
      env: 'AUDITSTREAM_ADMIN_HOST',
    },
    port: {
      doc: 'Port of /livez, /readyz and /metrics; 0 takes any free one.',
      format: 'port',
      default: defaultPort,
      env: `AUDITSTREAM_${service.toUpperCase()}_ADMIN_PORT`,
    },
  };
}

/** The groups that every service has, whatever else it has. */
export interface ServiceSettings extends Settings {
  readonly admin: AdminSettings;
  readonly log: typeof logSettings;
}

/** One setting with the path that leads to it, such as `kafka.brokers`. */
export interface SettingAt {
  readonly path: readonly string[];
  readonly setting: Setting;
}

/** All settings of a schema, groups flattened, in the order of declaration. */
export function listSettings(
  settings: Settings,
  parent: readonly string[] = [],
): readonly SettingAt[] {
  return Object.entries(settings).flatMap(([name, entry]) => {
    const path = [...parent, name];
    return isSetting(entry) ? [{ path, setting: entry }] : listSettings(entry, path);
  });
}

/** Told as convict tells it: a setting has a default, a group has none. */
function isSetting(entry: Setting | Settings): entry is Setting {
  return 'default' in entry;
}
