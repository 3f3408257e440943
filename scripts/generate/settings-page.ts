import { ENGINE_USER_SETTING } from '@auditstream/local/account';
import { DEFAULT_PORTS, PORT_SETTINGS, PORT_USES, type PortName } from '@auditstream/local/ports';
import { type ConfiguredService, renderSettingsPage } from '@auditstream/runtime/docs-pages';
import { type Setting } from '@auditstream/runtime/setting-formats';
import { listSettings, type Settings } from '@auditstream/runtime/settings';
import { cliSettings } from '../../cli/src/settings.ts';
import { detectSettings } from '../../services/detect/src/config.ts';
import { authzSettings } from '../../services/docker-authz/src/config.ts';
import { enrichSettings } from '../../services/enrich/src/config.ts';
import { indexSettings } from '../../services/index/src/config.ts';
import { ingestSettings } from '../../services/ingest/src/config.ts';
import { rulesSettings } from '../../services/rules/src/config.ts';

/** The services whose settings are on the page; a test holds that none is missing. */
export const services: readonly ConfiguredService[] = [
  { service: 'ingest', settings: ingestSettings },
  { service: 'enrich', settings: enrichSettings },
  { service: 'detect', settings: detectSettings },
  { service: 'index', settings: indexSettings },
  { service: 'rules', settings: rulesSettings },
  { service: 'docker-authz', settings: authzSettings },
];

/** docs/settings.md */
export function renderAllSettings(): string {
  return renderSettingsPage([
    ...services,
    { service: 'Command line', settings: withoutThoseOf(services, cliSettings) },
    { service: 'Local engines', settings: localSettings() },
  ]);
}

/** The command line passes settings of services on to them: those stand with their service. */
function withoutThoseOf(others: readonly ConfiguredService[], settings: Settings): Settings {
  const known = new Set(others.flatMap((o) => listSettings(o.settings)).map((s) => s.setting.env));
  const own = listSettings(settings).filter(({ setting }) => !known.has(setting.env));
  return Object.fromEntries(own.map(({ path, setting }) => [path.join('.'), setting]));
}

function localSettings(): Settings {
  const names = Object.keys(PORT_SETTINGS) as PortName[];
  return {
    ports: Object.fromEntries(names.map((name) => [name, portSetting(name)])),
    dataDir: {
      doc: "Folder of the engines' and services' data, state and logs.",
      format: 'text',
      default: '/var/lib/auditstream for root, else $XDG_STATE_HOME/auditstream',
      env: 'AUDITSTREAM_DATA_DIR',
    },
    cacheDir: {
      doc: "Folder of the engines' downloads, shared by all clones.",
      format: 'text',
      default: '/var/cache/auditstream for root, else $XDG_CACHE_HOME/auditstream',
      env: 'AUDITSTREAM_CACHE_DIR',
    },
    engineUser: {
      doc: 'Account that the engines run under when they are started by root: OpenSearch refuses root.',
      format: 'text',
      default: 'nobody',
      env: ENGINE_USER_SETTING,
    },
  };
}

function portSetting(name: PortName): Setting {
  return {
    doc: `Port of ${PORT_USES[name]} on 127.0.0.1, where it is started as a local process.`,
    format: 'whole-number',
    minimum: 1,
    maximum: 65_535,
    default: DEFAULT_PORTS[name],
    env: PORT_SETTINGS[name],
  };
}
