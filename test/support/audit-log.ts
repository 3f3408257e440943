import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the API server writes into each line and not into the items of a webhook's list. */
const lineOnly = '"kind":"Event","apiVersion":"audit.k8s.io/v1",';

/**
 * Every line that an API server has written to its log, rotated files included, in the order of the
 * files' names. A last line that is not ended yet is left out.
 */
export async function auditLogLines(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => /^audit.*\.log$/.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').slice(0, -1));
}

/** A line of the log as the audit webhook has the same event. */
export function asWebhookItem(line: string): string {
  if (!line.startsWith(`{${lineOnly}`)) throw new Error('A line does not begin as events do.');
  return `{${line.slice(1 + lineOnly.length)}`;
}
