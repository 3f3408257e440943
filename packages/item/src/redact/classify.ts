/** What a value was that is taken out whole. */
import { type RedactionKind } from './redaction.ts';
import { kindOfName } from './names.ts';
import { scanOnce } from './scan-text.ts';

/** Of longer values only the beginning is looked at. */
const maxLooked = 65_536;

/** The most telling kind first. */
const ranking: readonly RedactionKind[] = ['private_key', 'cloud_key', 'token', 'password'];

/**
 * The kind of a value: by its own form, then by its form out of base64 (as values of a Secret are), then by
 * the name that it stands under.
 */
export function kindOfValue(chars: string, name: string): RedactionKind {
  const looked = chars.slice(0, maxLooked);
  return kindByForm(looked) ?? kindByForm(fromBase64(looked)) ?? kindOfName(name) ?? 'opaque';
}

function kindByForm(chars: string): RedactionKind | undefined {
  const found = scanOnce(chars);
  if (found.length === 0) return undefined;
  const kinds = new Set(found.map(({ kind }) => kind));
  return ranking.find((kind) => kinds.has(kind));
}

const LEAST = 16;

function fromBase64(chars: string): string {
  const isBase64 = chars.length >= LEAST && /^[A-Za-z0-9+/=_\s-]+$/.test(chars);
  return isBase64 ? Buffer.from(chars, 'base64').toString('latin1') : '';
}
