/** A Python with the client that test/clients runs, kept in the cache between runs. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './bootstrap.mjs';

/** @returns the interpreter, or undefined where Python or its venv module is missing */
export async function preparePython() {
  if (spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status !== 0)
    return;
  const { defaultCacheDir } = await import('../infra/local/dist/dirs.js');
  const requirements = join(root, 'test/clients/requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(defaultCacheDir(process.env, process.getuid?.()), `python-${digest}`);
  const python = join(folder, 'bin/python');
  if (existsSync(join(folder, 'complete'))) return python;
  say('installing the Python client that the tests compare with');
  rmSync(folder, { recursive: true, force: true });
  const quiet = { stdio: ['ignore', 'ignore', process.stderr] };
  await run('python3', ['-m', 'venv', folder], quiet);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], quiet);
  writeFileSync(join(folder, 'complete'), '');
  return python;
}
