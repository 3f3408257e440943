/** The kinds of value that a setting can have, as convict formats that take nothing half right. */
import type convict from 'convict';

/** Entries that every setting has. Units are spelled as in `ms`, `bytes`, `events`. */
interface SettingBase {
  readonly doc: string;
  readonly env: `AUDITSTREAM_${string}`;
  readonly unit?: string;
}

interface WholeNumberSetting extends SettingBase {
  readonly format: 'whole-number';
  readonly default: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface ChoiceSetting extends SettingBase {
  readonly format: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
}

interface PlainSetting<F extends string, T> extends SettingBase {
  readonly format: F;
  readonly default: T;
}

/**
 * One setting: an entry of a convict schema.
 * - `port`: 0 to 65535, 0 for any free one;
 * - `url`: http or https, without credentials: secrets come from files;
 * - `optional-url`: likewise, or null where none is given;
 * - `address-list`: host:port, comma-separated;
 * - `file`: a path, or null where none is given.
 */
export type Setting =
  | WholeNumberSetting
  | ChoiceSetting
  | PlainSetting<'port', number>
  | PlainSetting<'flag', boolean>
  | PlainSetting<'text', string>
  | PlainSetting<'url', string>
  | PlainSetting<'optional-url', string | null>
  | PlainSetting<'address-list', readonly string[]>
  | PlainSetting<'file', string | null>;

export type SettingFormat = Setting['format'];

/** What a setting can hold once its text has been coerced. */
export type SettingValue = string | number | boolean | null | readonly string[];

/** Says what is expected, for messages and for the settings page. */
export function expectationOf(setting: Setting): string {
  switch (setting.format) {
    case 'whole-number':
      return `a whole number${range(setting.minimum, setting.maximum)}${unitOf(setting)}`;
    case 'choice':
      return `one of ${setting.choices.join(', ')}`;
    case 'port':
      return 'a whole number from 0 to 65535';
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text that is not blank';
    case 'url':
    case 'optional-url':
      return 'an http or https URL without credentials';
    case 'address-list':
      return 'host:port, or several of them separated by commas';
    case 'file':
      return 'the path of a file';
  }
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

function unitOf(setting: Setting): string {
  return setting.unit === undefined ? '' : ` (${setting.unit})`;
}

/** Whether a coerced value is one that the setting may have. */
export function isValid(setting: Setting, value: SettingValue): boolean {
  switch (setting.format) {
    case 'whole-number':
      return isWithin(value, setting.minimum, setting.maximum);
    case 'choice':
      return setting.choices.some((choice) => choice === value);
    case 'port':
      return isWithin(value, 0, 65_535);
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return isText(value);
    case 'url':
      return typeof value === 'string' && isPlainUrl(value);
    case 'optional-url':
      return value === null || (typeof value === 'string' && isPlainUrl(value));
    case 'address-list':
      return Array.isArray(value) && value.length > 0 && value.every(isAddress);
    case 'file':
      return value === null || isText(value);
  }
}

function isText(value: SettingValue): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isWithin(value: SettingValue, minimum = -Infinity, maximum = Infinity): boolean {
  return Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
}

function isPlainUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function isAddress(value: unknown): boolean {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@]+):(\d{1,5})$/.exec(String(value));
  return match !== null && isWithin(Number(match[1]), 1, 65_535);
}

/** Text that does not fit its format stays text, so that the check can say what was found. */
const coercions: Readonly<Record<SettingFormat, (text: string) => SettingValue>> = {
  'whole-number': toNumber,
  port: toNumber,
  flag: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  'address-list': (text) => text.split(',').map((item) => item.trim()),
  choice: (text) => text,
  text: (text) => text,
  url: (text) => text,
  'optional-url': (text) => text,
  file: (text) => text,
};

function toNumber(text: string): SettingValue {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** The formats to register with convict; its own take `80x` for 80 and `off` for true. */
export const convictFormats: Readonly<Record<string, convict.Format>> = Object.fromEntries(
  Object.entries(coercions).map(([name, coerce]) => [
    name,
    {
      coerce,
      validate: (value: SettingValue, setting: convict.SchemaObj) => {
        assertValid(setting as unknown as Setting, value);
      },
    },
  ]),
);

function assertValid(setting: Setting, value: SettingValue): void {
  if (!isValid(setting, value)) throw new Error(`expected ${expectationOf(setting)}`);
}
