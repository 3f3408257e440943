import { type DetectionMode } from '@auditstream/events/generated/types';

/** What a pack.yaml says: which of the pack's files are published, and of each that is not, why. */
export interface PackManifest {
  readonly name: string;
  /** Of all the pack's rules; enforce where none is given. */
  readonly mode: DetectionMode;
  readonly rules: readonly ManifestEntry[];
}

export interface ManifestEntry {
  readonly file: string;
  readonly publish: boolean;
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const filePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*\.ya?ml$/;
const modes: readonly DetectionMode[] = ['enforce', 'shadow', 'test'];

/**
 * Checks what was read from a pack.yaml. Entries that it does not know (source, licence) are the
 * authors'.
 *
 * @returns the manifest, or sentences about everything that is wrong
 */
export function checkManifest(content: unknown): PackManifest | readonly string[] {
  if (!isMap(content)) return ['expected a map with name and rules'];
  const { name, mode = 'enforce', rules } = content;
  const knownMode = modes.find((known) => known === mode);
  const entries = Array.isArray(rules) ? rules.map(checkEntry) : ["expected 'rules', a list"];
  const problems = [
    ...(isName(name) ? [] : ["expected 'name' of at most 64 letters a-z, digits and '-'"]),
    ...(knownMode === undefined ? [`expected 'mode' to be one of ${modes.join(', ')}`] : []),
    ...entries.filter((entry) => typeof entry === 'string'),
  ];
  if (problems.length > 0 || knownMode === undefined || !isName(name)) return problems;
  return { name, mode: knownMode, rules: entries.filter((entry) => typeof entry !== 'string') };
}

function checkEntry(entry: unknown, at: number): ManifestEntry | string {
  const where = `rules[${at}]`;
  if (!isMap(entry)) return `${where}: expected a map with file and publish`;
  const { file, publish, reason } = entry;
  if (typeof file !== 'string' || !filePattern.test(file)) {
    return `${where}: expected 'file' to be the name of a .yml file in the pack's folder`;
  }
  if (typeof publish !== 'boolean') return `${where}: expected 'publish' to be true or false`;
  if (!publish && typeof reason !== 'string') {
    return `${where}: expected 'reason': why ${file} is not published`;
  }
  return { file, publish };
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
