/**
 * Writes every generated file of the project; with --check, says which ones are out of date and exits 1.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderFiles } from './generate/files.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const files = await renderFiles(root);
const stale = [...files].filter(([path, content]) => read(path) !== content).map(([path]) => path);

if (check && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run 'npm run generate' and commit the result.`);
  process.exitCode = 1;
} else if (!check) {
  for (const path of stale) write(path, files.get(path) ?? '');
  console.log(stale.length === 0 ? 'Everything is up to date.' : `Wrote ${stale.join(', ')}.`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
