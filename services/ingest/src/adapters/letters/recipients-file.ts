/** Reads the file of public keys that rejected items are sealed to. docs/dead-letters.md describes it. */
import { readFile } from 'node:fs/promises';
import { Encrypter } from 'age-encryption';

/** The file can't be used. The message has every problem, and nothing of a line's content. */
export class RecipientsFileError extends Error {
  override readonly name = 'RecipientsFileError';
  readonly code = 'bad-recipients-file';
  readonly retryable = false;
}

/** Each costs a little time and 150 bytes with every item. */
const maxRecipients = 16;

/**
 * Reads public keys of age: X25519 recipients, `age1…`.
 * @returns none where no file is named
 * @throws RecipientsFileError; or what reading the file throws
 */
export async function readRecipients(path: string | null): Promise<readonly string[]> {
  return path === null ? [] : parseRecipients(path, await readFile(path, 'utf8'));
}

/** @throws RecipientsFileError */
export function parseRecipients(path: string, text: string): readonly string[] {
  const lines = text.split('\n').map((line, index) => ({ at: index + 1, line: line.trim() }));
  const keys = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const problems = lines.flatMap(({ at, line }) => {
    // In a comment, too: whoever can read this file could open every letter.
    if (/AGE-SECRET-KEY-/i.test(line)) return [`${path}:${at}: ${secretKey}`];
    return line === '' || line.startsWith('#') || isRecipient(line)
      ? []
      : [`${path}:${at}: expected a public key of age, age1 and 58 characters`];
  });
  if (keys.length === 0) problems.push(`${path}: expected at least one public key`);
  if (keys.length > maxRecipients) problems.push(`${path}: more than ${maxRecipients} keys`);
  if (problems.length === 0) return [...new Set(keys.map(({ line }) => line))];
  throw new RecipientsFileError(`The recipients file cannot be used: ${problems.join('; ')}`);
}

const secretKey =
  'this is a SECRET key, which must never be here: count it as lost, make a new pair, and give its public key (age-keygen -y)';

function isRecipient(line: string): boolean {
  if (!/^age1[a-z0-9]{58}$/.test(line)) return false;
  try {
    new Encrypter().addRecipient(line);
    return true;
  } catch {
    return false;
  }
}
