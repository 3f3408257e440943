import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the format of sha256sum(1), so that `sha256sum --check` in the folder says the same as the test. */
export const checksumFile = 'SHA256SUMS';

/**
 * Writes the schemas of a release, by topic, and returns their folder.
 * @throws Error for a version that is none, or that has been released
 */
export function writeRelease(
  history: string,
  version: string | undefined,
  schemas: ReadonlyMap<string, string>,
): string {
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`Name the release as in 'npm run release-schemas -- 0.1.0'.`);
  }
  const folder = join(history, version);
  if (existsSync(folder)) {
    throw new Error(
      `${folder} is there: the schemas of a release never change. Name a new release.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const sums = [...schemas].map(([topic, schema]) => {
    const text = `${JSON.stringify(JSON.parse(schema), null, 2)}\n`;
    writeFileSync(join(folder, `${topic}.avsc`), text);
    return `${sha256(text)}  ${topic}.avsc\n`;
  });
  writeFileSync(join(folder, checksumFile), sums.join(''));
  return folder;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
