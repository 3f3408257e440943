/** A real API server and its etcd, built from Go modules and kept in the cache between runs. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { root, say } from './bootstrap.mjs';

const source = join(root, 'infra/lab/kube-apiserver');
const tellMs = 30_000;

/** @returns the folder that holds both programs, or why it can't be had here */
export async function prepareKubernetes() {
  if (spawnSync('openssl', ['version'], { stdio: 'ignore' }).status !== 0)
    return { missing: "openssl, for the webhook's certificate, is not here" };
  const { defaultCacheDir } = await import('../infra/local/dist/dirs.js');
  const modules = readFileSync(join(source, 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes v([\d.]+)/.exec(modules)[1];
  const cache = defaultCacheDir(process.env, process.getuid?.());
  const folder = join(cache, `kubernetes-${version}`);
  if (existsSync(folder)) return { folder };
  const go = findGo(/^go (\d+\.\d+)/m.exec(modules)[1]);
  if (go.missing !== undefined) return go;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, `kubernetes-${version}-unfinished-`));
  try {
    for (const program of programs(version)) await build(go.path, program, unfinished);
    // In one step, so that a build that was broken off leaves nothing that looks like a whole one.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return { folder };
}

function findGo(oldest) {
  for (const path of ['go', '/usr/local/go/bin/go']) {
    const { status, stdout } = spawnSync(path, ['env', 'GOVERSION'], {
      cwd: '/',
      encoding: 'utf8',
    });
    const [, major, minor] = (status === 0 && /^go(\d+)\.(\d+)/.exec(stdout)) || [];
    const [oldMajor, oldMinor] = oldest.split('.').map(Number);
    if (major === undefined) continue;
    if (Number(major) > oldMajor || Number(minor) >= oldMinor) return { path };
  }
  return { missing: `Go ${oldest} or newer is not here to build an API server` };
}

function programs(version) {
  const [major, minor] = version.split('.');
  const stamp = 'k8s.io/component-base/version';
  const names = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const stamps = Object.entries(names).map(([name, value]) => `-X ${stamp}.${name}=${value}`);
  return [
    { name: 'etcd', package: 'go.etcd.io/etcd/server/v3', linker: '-s -w' },
    {
      name: 'kube-apiserver',
      package: 'k8s.io/kubernetes/cmd/kube-apiserver',
      linker: ['-s -w', ...stamps].join(' '),
    },
  ];
}

/** Builds one program; says from time to time that it is still at it, for it takes minutes. */
async function build(go, program, folder) {
  say(`building ${program.name} from Go modules; the first time this takes some minutes`);
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(0);
  const telling = setInterval(() => say(`${program.name}: ${seconds()} s so far`), tellMs);
  try {
    const out = ['-o', join(folder, program.name), program.package];
    const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', program.linker];
    await runQuietly(go, ['build', ...flags, ...out]);
  } finally {
    clearInterval(telling);
  }
  say(`${program.name} is built after ${seconds()} s`);
}

/** What the command writes is shown only where it fails: downloads alone are hundreds of lines. */
function runQuietly(command, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
    const child = spawn(command, args, { cwd: source, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let tail = '';
    child.stderr.on('data', (chunk) => (tail = (tail + chunk).slice(-4_000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build of ${args.at(-1)} ended with ${code}:\n${tail}`));
    });
  });
}
