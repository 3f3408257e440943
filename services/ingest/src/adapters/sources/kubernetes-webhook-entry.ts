import { type WebhookSource } from '../../domain/sources.ts';
import { claim, type Entry, requireText, type TextField } from './entry-fields.ts';

const digestField: TextField = {
  key: 'tokenSha256',
  expected: '64 hex digits, the SHA-256 of the token',
  test: (text) => /^[0-9a-f]{64}$/i.test(text),
};

export function readKubernetesWebhook(
  entry: Entry,
): Omit<WebhookSource, 'cluster' | 'origin'> | undefined {
  const tokenSha256 = requireText(entry, digestField)?.toLowerCase();
  if (tokenSha256 === undefined) return undefined;
  claim(entry, digestField.key, tokenSha256);
  return { kind: 'kubernetes-webhook', tokenSha256 };
}
