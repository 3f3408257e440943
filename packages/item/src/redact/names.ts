/** What a key, an option or a variable says of its value. */
import { type RedactionKind } from './redaction.ts';

/** Endings of names in lower case, without anything but letters and digits. */
const endings: readonly (readonly [RedactionKind, readonly string[]])[] = [
  ['private_key', ['privatekey', 'sshkey', 'signingkey', 'encryptionkey', 'masterkey', 'keydata']],
  ['private_key', ['unlockkey', 'signingcakey']],
  [
    'cloud_key',
    [
      ...['accesskey', 'accesskeyid', 'accesskeysecret', 'secretkey', 'accountkey'],
      ...['storagekey', 'azsignature', 'amzsignature', 'googsignature'],
    ],
  ],
  ['token', ['token', 'apikey', 'authorization', 'cookie', 'jwt', 'tokensecret']],
  ['password', ['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'dockerconfigjson']],
  ['opaque', ['clientsecret', 'appsecret', 'secretvalue', 'credential', 'credentials']],
  ['opaque', ['connectionstring', 'sharedsecret', 'encryptionsecret', 'webhooksecret']],
];

/** Too short to be endings of anything: whole names, or last words of one. */
const lastWords: readonly (readonly [RedactionKind, readonly string[]])[] = [
  ['token', ['sig', 'signature', 'sas']],
  ['password', ['pass', 'pw', 'psk', 'auth', 'dockercfg']],
  ['opaque', ['secret']],
];

function alternatives(table: typeof endings): string {
  return table.map(([, names]) => `(${names.join('|')})`).join('|');
}

const ending = new RegExp(`(?:${alternatives(endings)})$`);
const lastWord = new RegExp(`(?:^|[^A-Za-z0-9])(?:${alternatives(lastWords)})$`, 'i');

/** Has to be in every name that counts. */
const stem =
  /pass|pwd|pw$|psk|token|secret|key|sig|sas$|auth|cookie|jwt|credential|connection|docker/i;

/** The API server's own annotations of how long its steps took, `authorization` among them. */
const latencies = 'apiserver.latency.k8s.io/';

/** Longer names are looked at from behind. */
const maxName = 256;

/** The kind of secret that stands under this name; undefined where it names none. */
export function kindOfName(name: string): RedactionKind | undefined {
  if (!stem.test(name) || name.startsWith(latencies)) return undefined;
  const shown = name.length > maxName ? name.slice(-maxName) : name;
  const letters = shown.toLowerCase().replace(/[^a-z0-9]/g, '');
  return kindIn(endings, ending.exec(letters)) ?? kindIn(lastWords, lastWord.exec(shown));
}

function kindIn(
  table: typeof endings,
  match: readonly (string | undefined)[] | null,
): RedactionKind | undefined {
  const group = match === null ? -1 : match.slice(1).findIndex((found) => found !== undefined);
  return table[group]?.[0];
}
