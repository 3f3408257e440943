import { type Credential, type WebhookSource } from '../../domain/sources.ts';
import { claim, type Entry, optionalTexts, type TextField } from './entry-fields.ts';
import { readExported } from './exported-entry.ts';

interface CredentialField extends TextField {
  readonly toCredential: (text: string) => Credential;
}

/** X.520's upper bound of a common name, in characters (RFC 5280, appendix A.1). */
const maxCommonName = 64;

const credentialFields: readonly CredentialField[] = [
  {
    key: 'tokenSha256',
    expected: '64 hex digits, the SHA-256 of the token',
    test: isDigest,
    toCredential: (text) => ({ type: 'token', sha256: text.toLowerCase() }),
  },
  {
    key: 'certificateName',
    expected: `the common name in the subject of a client certificate, at most ${maxCommonName} characters`,
    test: (text) => text.trim() !== '' && Array.from(text).length <= maxCommonName,
    toCredential: (text) => ({ type: 'certificate-name', commonName: text }),
  },
  {
    key: 'certificateKeySha256',
    expected: "64 hex digits, the SHA-256 of a client certificate's public key",
    test: isDigest,
    toCredential: (text) => ({ type: 'certificate-key', sha256: text.toLowerCase() }),
  },
];

export const credentialKeys = credentialFields.map(({ key }) => key);

/** One credential is enough; with two, they can be changed without a gap. */
export function readKubernetesWebhook(
  entry: Entry,
): Omit<WebhookSource, 'cluster' | 'origin' | 'name'> | undefined {
  const read = credentialFields.map((field) => readCredentials(entry, field));
  const credentials = read.flatMap((some) => some ?? []);
  const exported = readExported(entry);
  if (read.includes(undefined) || exported === undefined) return undefined;
  if (credentials.length === 0) {
    entry.context.report(entry.node, `expected at least one of ${credentialKeys.join(', ')}`);
    return undefined;
  }
  return { kind: 'kubernetes-webhook', credentials, ...(exported && { exported }) };
}

function readCredentials(entry: Entry, field: CredentialField): readonly Credential[] | undefined {
  return optionalTexts(entry, field)?.map((text) => {
    const credential = field.toCredential(text);
    claim(entry, field.key, 'sha256' in credential ? credential.sha256 : credential.commonName);
    return credential;
  });
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}
