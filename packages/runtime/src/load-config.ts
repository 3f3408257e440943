/** From environment variables to a config that is right in every entry, or one error that says it all. */
import convict from 'convict';
import { convictFormats, expectationOf, isValid, type SettingValue } from './setting-formats.ts';
import { type ConfigOf, listSettings, type SettingAt, type Settings } from './settings.ts';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used as it is. */
export interface BadSetting {
  readonly setting: string;
  readonly env: string;
  readonly found: string;
  readonly expected: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'bad-settings';
  readonly retryable = false;
  readonly problems: readonly BadSetting[];

  constructor(problems: readonly BadSetting[]) {
    super(messageOf(problems));
    this.problems = problems;
  }
}

/** convict keeps formats for the whole process; registering ours again changes nothing. */
convict.addFormats(convictFormats);

/**
 * Reads every setting from its environment variable, else takes its default, and freezes the result
 * all the way down. A variable that is set but empty counts as not set. Throws a ConfigError that
 * names every bad setting.
 */
export function loadConfig<const S extends Settings>(settings: S, env: Environment): ConfigOf<S> {
  const config = convict<object>(settings, { env: withoutEmpty(env), args: [] });
  const values = config.getProperties();
  try {
    config.validate({ allowed: 'strict' });
  } catch {
    // convict's own error is not kept as the cause: it repeats values as they are, passwords included.
    throw new ConfigError(badSettings(settings, values));
  }
  return deepFreeze(values) as ConfigOf<S>;
}

/**
 * Names of variables that look like settings of this service but are none: those that begin with the
 * same two words as one that is. `AUDITSTREAM_INGEST_PROT` is told to ingest, and to nobody else.
 */
export function unknownVariables(settings: Settings, env: Environment): readonly string[] {
  const known = new Set<string>(listSettings(settings).map(({ setting }) => setting.env));
  const families = new Set([...known].map(familyOf));
  return Object.keys(env)
    .filter((name) => families.has(familyOf(name)) && !known.has(name))
    .sort();
}

function familyOf(variable: string): string {
  return variable.split('_', 2).join('_');
}

function withoutEmpty(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}

function badSettings(settings: Settings, values: object): readonly BadSetting[] {
  return listSettings(settings).flatMap((entry) => {
    const value = valueAt(values, entry);
    return isValid(entry.setting, value) ? [] : [problemOf(entry, value)];
  });
}

function valueAt(values: object, { path }: SettingAt): SettingValue {
  const value = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], values);
  return value as SettingValue;
}

function problemOf({ path, setting }: SettingAt, value: SettingValue): BadSetting {
  return {
    setting: path.join('.'),
    env: setting.env,
    found: foundOf(value),
    expected: expectationOf(setting),
  };
}

const MAX_SHOWN_CHARACTERS = 200;

function foundOf(value: SettingValue): string {
  // The password of a URL must not reach the logs, although it is what makes the URL wrong.
  const text = JSON.stringify(value).replace(/\/\/.*@/, '//(credentials)@');
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

function messageOf(problems: readonly BadSetting[]): string {
  const lines = problems.map(
    ({ setting, env, found, expected }) => `${env} (${setting}) is ${found}, expected ${expected}`,
  );
  const count = problems.length === 1 ? '1 setting is' : `${problems.length} settings are`;
  return `${count} wrong: ${lines.join('; ')}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
