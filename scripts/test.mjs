/**
 * `npm test [-- STAGE…]`: prepares a fresh clone and runs the stages, all of them or the named ones.
 * `--list` names them. Exits 1 when a stage fails; the stages after it still run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root, run as runAnything, say } from './bootstrap.mjs';
import { findDocker } from './test-docker.mjs';
import { startTestEngines } from './test-engines.mjs';
import { prepareKubernetes } from './test-kubernetes.mjs';
import { preparePython } from './test-python.mjs';

const node = process.execPath;
const bin = (path) => join(root, 'node_modules', path);
const reports = mkdtempSync(join(tmpdir(), 'auditstream-test-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

/** Engines live in sessions of their own: unless they are stopped here, Ctrl-C leaves them running. */
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) {
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(130);
    say(`stopped by ${name}`);
    process.exitCode = 130;
    stopping.abort();
  });
}

const stages = [
  command('types', 'type check of sources and tests', [
    bin('typescript/bin/tsc'),
    '-p',
    'tsconfig.test.json',
  ]),
  command('lint', 'eslint, strict and type-checked', [
    bin('eslint/bin/eslint.js'),
    '.',
    '--max-warnings=0',
  ]),
  command('imports', 'import rules of the architecture', [
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'packages',
    'services',
    'cli',
    'infra',
  ]),
  command('format', 'prettier', [
    bin('prettier/bin/prettier.cjs'),
    '--check',
    '--log-level=warn',
    '.',
  ]),
  command('generated', 'generated files are up to date', [
    '--import',
    'tsx',
    '--conditions=@auditstream/source',
    'scripts/generate.ts',
    '--check',
  ]),
  composeStage(),
  jestStage('unit', 'pure code and single modules', [
    'packages/',
    'services/',
    'cli/',
    'infra/',
    'scripts/',
  ]),
  jestStage('flow', 'all steps joined in memory', ['test/flow/']),
  jestStage('hostile', 'ingest under 20,000 hostile inputs', ['test/hostile/']),
  jestStage('contract', 'contracts on real engines', ['test/contract/'], true),
  jestStage('e2e', 'the whole way on real engines', ['test/e2e/'], true),
  clientsStage(),
  jestStage('fault', 'the whole way under seeded faults (one short seed)', ['test/fault/'], true),
  sourcesStage(),
];

await main(process.argv.slice(2));

async function main(args) {
  if (args.includes('--list')) return list();
  const chosen = args.length === 0 ? stages : stages.filter(({ name }) => args.includes(name));
  const unknown = args.filter((arg) => !stages.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    say(`no such stage: ${unknown.join(', ')}; 'npm test -- --list' names them.`);
    process.exit(2);
  }
  try {
    await prepare();
    summarize(await runStages(chosen));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

async function runStages(chosen) {
  const results = [];
  let engines;
  try {
    for (const [index, stage] of chosen.entries()) {
      if (stopping.signal.aborted) break;
      console.log(`\n── ${index + 1}/${chosen.length} ${stage.name}: ${stage.about}`);
      if (stage.needsEngines) engines ??= await startTestEngines(stopping.signal);
      results.push(await runStage(stage, engines?.env));
    }
  } finally {
    await engines?.stop();
  }
  return results;
}

function run(tool, args, options) {
  return runAnything(tool, args, { signal: stopping.signal, ...options });
}

function list() {
  for (const { name, about } of stages) console.log(`${name.padEnd(10)} ${about}`);
}

async function runStage(stage, env) {
  const begun = Date.now();
  const outcome = await stage.run(env).then(
    (result) => ({ ok: true, ...result }),
    (error) => {
      say(error.message);
      return { ok: false };
    },
  );
  return { ...stage, ...outcome, tests: testsOf(stage), seconds: (Date.now() - begun) / 1000 };
}

function command(name, about, args) {
  return { name, about, run: () => run(node, args) };
}

function jestStage(name, about, paths, needsEngines = false) {
  const report = join(reports, `${name}.json`);
  const args = ['--experimental-vm-modules', '--no-warnings', bin('jest/bin/jest.js')];
  const options = ['--json', `--outputFile=${report}`, '--testPathPatterns', ...paths.map(below)];
  const serial = needsEngines ? ['--runInBand'] : [];
  return {
    name,
    about,
    report,
    needsEngines,
    run: (env) =>
      run(node, [...args, ...serial, ...options], {
        stdio: ['ignore', 'ignore', 2],
        env: { ...process.env, ...env },
      }),
  };
}

/** A registry-aware client that is not ours, in a virtual environment of its own. */
function clientsStage() {
  const stage = jestStage(
    'clients',
    "another vendor's client decodes every topic",
    ['test/clients/'],
    true,
  );
  return {
    ...stage,
    run: async (env) => {
      const python = await preparePython();
      if (python === undefined) return { skipped: 'python3 with venv is not here' };
      return stage.run({ ...env, AUDITSTREAM_TEST_PYTHON: python });
    },
  };
}

/** A real API server and a real Docker Engine, each where this machine can have it. */
function sourcesStage() {
  const about = 'real sources: everything that they record arrives';
  const paths = { kubernetes: 'test/sources/kubernetes/', docker: 'test/sources/docker/' };
  const whole = jestStage('sources', about, Object.values(paths), true);
  return {
    ...whole,
    run: async (env) => {
      const found = { kubernetes: await prepareKubernetes(), docker: findDocker() };
      const missing = Object.values(found).flatMap((part) => part.missing ?? []);
      const parts = Object.keys(paths).filter((part) => found[part].missing === undefined);
      if (parts.length === 0) return { skipped: missing.join('; ') };
      const stage = jestStage(
        'sources',
        about,
        parts.map((part) => paths[part]),
        true,
      );
      await stage.run({
        ...env,
        AUDITSTREAM_TEST_KUBERNETES: found.kubernetes.folder,
        AUDITSTREAM_TEST_DOCKERD: found.docker.dockerd,
        AUDITSTREAM_TEST_BUSYBOX: found.docker.busybox,
      });
      return missing.length === 0 ? {} : { without: missing.join('; ') };
    },
  };
}

/** Jest matches patterns anywhere in a path: bound to the project's root they mean one folder. */
function below(folder) {
  return `^${root.replaceAll('.', '\\.')}/${folder}`;
}

function composeStage() {
  return {
    name: 'compose',
    about: 'docker-compose.yml is valid',
    run: async () => {
      const tool = [['docker-compose'], ['docker', 'compose']].find(answers);
      if (tool === undefined)
        return { skipped: 'neither docker-compose nor docker compose is here' };
      await run(tool[0], [...tool.slice(1), '-f', 'docker-compose.yml', 'config', '-q']);
      return {};
    },
  };
}

function answers([tool, ...args]) {
  return spawnSync(tool, [...args, 'version'], { stdio: 'ignore' }).status === 0;
}

function testsOf(stage) {
  if (stage.report === undefined) return undefined;
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
      readFileSync(stage.report, 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function summarize(results) {
  console.log('');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, ok, skipped, without, tests, seconds } of results) {
    for (const key of Object.keys(total)) total[key] += tests?.[key] ?? 0;
    const counts = tests === undefined ? '' : `${tests.passed} passed, ${tests.failed} failed`;
    const note = without === undefined ? '' : ` (a part is skipped: ${without})`;
    const verdict = skipped === undefined ? (ok ? 'ok' : 'FAILED') : `skipped: ${skipped}`;
    console.log(
      `${name.padEnd(10)} ${verdict.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s  ${counts}${note}`,
    );
  }
  console.log(`\ntests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  if (results.some(({ ok }) => !ok)) process.exitCode ??= 1;
}
