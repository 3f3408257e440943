import { readFile } from 'node:fs/promises';
import { parsePolicy } from '@auditstream/audit-policy/parse';
import { type Policy } from '@auditstream/audit-policy/policy';

/**
 * The policy of the reducer; null, nothing is taken, where no file is named.
 * @throws PolicyError; or what reading the file throws
 */
export async function readReduction(path: string | null): Promise<Policy | null> {
  return path === null ? null : parsePolicy(path, await readFile(path, 'utf8'));
}
