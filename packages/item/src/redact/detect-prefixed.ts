/** Tokens and keys that are known by how they begin. */
import { type RedactionKind } from './redaction.ts';
import {
  alphanumeric,
  base64Url,
  type CharSet,
  charSet,
  endOfRun,
  endOfShortRun,
  isIn,
} from './chars.ts';
import { type Detector, type Found, found, nothing } from './found.ts';

interface Prefixed {
  readonly prefixes: readonly string[];
  readonly kind: RedactionKind;
  /** What may stand behind the prefix, and how much of it at least. */
  readonly rest: CharSet;
  readonly least: number;
}

const dotted = charSet(/[A-Za-z0-9._-]/);
const upperCase = charSet(/[A-Z0-9]/);
const pathLike = charSet(/[A-Za-z0-9/_-]/);

const table: readonly Prefixed[] = [
  { prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], kind: 'cloud_key', rest: upperCase, least: 16 },
  { prefixes: ['AIza'], kind: 'cloud_key', rest: base64Url, least: 35 },
  { prefixes: ['ya29.', 'GOCSPX-'], kind: 'cloud_key', rest: base64Url, least: 20 },
  { prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'], kind: 'cloud_key', rest: alphanumeric, least: 32 },
  {
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'npm_', 'hf_', 'shpat_'],
    ...{ kind: 'token', rest: base64Url, least: 20 },
  },
  {
    prefixes: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-', 'gloas-', 'glagent-'],
    ...{ kind: 'token', rest: dotted, least: 20 },
  },
  {
    prefixes: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    ...{ kind: 'token', rest: dotted, least: 10 },
  },
  { prefixes: ['hooks.slack.com/services/'], kind: 'token', rest: pathLike, least: 20 },
  {
    prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'],
    ...{ kind: 'token', rest: alphanumeric, least: 16 },
  },
  { prefixes: ['sk-'], kind: 'token', rest: base64Url, least: 32 },
  { prefixes: ['pypi-AgE', 'dckr_pat_', 'dckr_oat_'], kind: 'token', rest: base64Url, least: 20 },
  { prefixes: ['hvs.', 'hvb.', 'hvr.'], kind: 'token', rest: base64Url, least: 20 },
  { prefixes: ['SG.'], kind: 'token', rest: dotted, least: 60 },
  {
    prefixes: ['glsa_', 'glc_', 'lin_api_', 'PMAK-', 'NRAK-', 'ATATT3', 'dapi'],
    ...{ kind: 'token', rest: base64Url, least: 26 },
  },
  { prefixes: ['AGE-SECRET-KEY-1'], kind: 'private_key', rest: upperCase, least: 32 },
];

/** Each prefix with its detector. */
export const prefixDetectors: ReadonlyMap<string, Detector> = new Map(
  table.flatMap((entry) => entry.prefixes.map((prefix) => [prefix, detector(prefix, entry)])),
);

function detector(prefix: string, { kind, rest, least }: Prefixed): Detector {
  return (chars, at) => {
    const from = at + prefix.length;
    if (at > 0 && isIn(alphanumeric, chars, at - 1)) return nothing(from);
    const end = endOfRun(rest, chars, from);
    return end - from >= least ? found(at, end, kind) : nothing(from);
  };
}

const secretKey = charSet(/[A-Za-z0-9/+]/);
const SECRET_KEY_LENGTH = 40;
/** How far behind its access key a secret key is looked for. */
const PAIR_REACH = 80;

/** An AWS secret access key, which has no form but its length, close behind its access key. */
export function pairedSecretKey(chars: string, from: number): Found | undefined {
  const limit = Math.min(chars.length, from + PAIR_REACH);
  for (let at = from; at < limit; at += 1) {
    if (!isIn(secretKey, chars, at)) continue;
    const end = endOfShortRun(secretKey, chars, { from: at, most: SECRET_KEY_LENGTH + 1 });
    if (end - at === SECRET_KEY_LENGTH) return { start: at, end, kind: 'cloud_key' };
    at = end;
  }
  return undefined;
}
