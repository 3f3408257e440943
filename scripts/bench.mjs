/**
 * `npm run bench -- NAME`: builds, starts real engines on free ports, and runs one measurement of
 * test/bench. It exits as the measurement does: 0 where the promise holds, 1 where it does not, 2 where
 * nothing can be said. docs/testing.md describes each.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, say } from './bootstrap.mjs';
import { startTestEngines } from './test-engines.mjs';

const [name = ''] = process.argv.slice(2);
const file = join(root, 'test', 'bench', `${name}.bench.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  say(`usage: npm run bench -- ingest`);
  process.exit(2);
}
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());
await prepare();
const engines = await startTestEngines(stopping.signal);
try {
  const args = ['--import', 'tsx', '--conditions=@auditstream/source', file];
  const env = { ...process.env, ...engines.env };
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  stopping.signal.addEventListener('abort', () => child.kill());
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 2)));
} finally {
  await engines.stop();
}
