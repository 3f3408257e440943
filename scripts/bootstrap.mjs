/**
 * What a fresh clone needs before anything of ours can run: dependencies from the lockfile, and a build.
 * Plain JavaScript without dependencies, because nothing is installed yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

const oldestNode = [20, 19];
const marker = join(root, 'node_modules', '.auditstream-lock');

/** Installs and builds what is out of date; says what it does on stderr. */
export async function prepare() {
  requireNode();
  await install();
  await build();
}

/** Installs the dependencies, unless node_modules was made from this very lockfile. */
export async function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (readOrEmpty(marker) === lock) return;
  say('installing dependencies from the lockfile');
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  writeFileSync(marker, lock);
}

/** Compiles what has changed since the last build. */
export async function build() {
  say('building');
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
}

/** Runs a command in the project's root; rejects unless it exits with 0. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}.`));
    });
  });
}

export function say(message) {
  process.stderr.write(`auditstream: ${message}\n`);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  say(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
  process.exit(2);
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
