/**
 * How long an engine waits for the authorization plugin: the real protocol on its unix socket, beside a
 * bare write and fdatasync of the same bytes in the same run.
 *
 *   npm run build && node test/bench/docker-authz.mjs [calls] [at once]
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const [calls = 3_000, atOnce = 4] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'auditstream-bench-'));
const socketPath = join(folder, 'plugin.sock');
const journal = join(folder, 'journal');
const main = join(import.meta.dirname, '..', '..', 'services', 'docker-authz', 'dist', 'main.js');
const begun = performance.now();
const plugin = spawn(process.execPath, [main], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    PATH: process.env.PATH,
    AUDITSTREAM_AUTHZ_SOCKET: socketPath,
    AUDITSTREAM_AUTHZ_JOURNAL_DIR: journal,
    AUDITSTREAM_AUTHZ_ADMIN_PORT: '0',
  },
});
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

function post(path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST', agent }, (response) => {
      response.resume().on('end', resolve);
    });
    outgoing.on('error', reject).end(body);
  });
}

function message(at, response) {
  const body = JSON.stringify({
    Image: 'nginx:1.27',
    Env: ['PATH=/usr/bin', `N=${at}`],
    Labels: { 'com.example.team': 'payments' },
    HostConfig: { Binds: ['/srv:/srv:ro'], NetworkMode: 'bridge', CapAdd: ['NET_ADMIN'] },
  });
  return JSON.stringify({
    ...{ User: 'alice', UserAuthNMethod: 'TLS', RequestMethod: 'POST' },
    RequestUri: `/v1.41/containers/create?name=web-${at}`,
    RequestBody: Buffer.from(body).toString('base64'),
    RequestHeaders: { 'Content-Type': 'application/json', 'User-Agent': 'Docker-Client/27' },
    ...(response && { ResponseStatusCode: 201, ResponseHeaders: { Server: 'Docker' } }),
  });
}

async function timed(work) {
  const times = [];
  let next = 0;
  const one = async () => {
    for (let at = next++; at < calls; at = next++) {
      for (const step of work(at)) {
        const from = performance.now();
        await step();
        times.push(performance.now() - from);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  times.sort((a, b) => a - b);
  return (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
}

try {
  while (
    !(await post('/Plugin.Activate', '').then(
      () => true,
      () => false,
    ))
  )
    await delay(5);
  const ready = performance.now() - begun;
  const plain = (at) => [
    () => post('/AuthZPlugin.AuthZReq', message(at, false)),
    () => post('/AuthZPlugin.AuthZRes', message(at, true)),
  ];
  await timed((at) => (at < 200 ? plain(at + 1e6) : []));
  const answers = await timed(plain);
  const files = await readdir(journal);
  const sizes = await Promise.all(
    files.map(async (name) => (await stat(join(journal, name))).size),
  );
  const line = Buffer.alloc(
    Math.round(sizes.reduce((sum, size) => sum + size, 0) / (calls * 2)),
    'x',
  );
  const handle = await open(join(folder, 'bare'), 'a');
  let last = Promise.resolve();
  const sync = () =>
    (last = last.then(() => handle.appendFile(line)).then(() => handle.datasync()));
  const bare = await timed(() => [sync, sync]);
  await handle.close();
  const row = (name, at) =>
    `${name.padEnd(30)} p50 ${at(0.5).toFixed(2)} ms  p99 ${at(0.99).toFixed(2)} ms  max ${at(1).toFixed(1)} ms`;
  console.log(
    `${calls} calls, ${atOnce} at once, lines of ${line.length} bytes; ready in ${ready.toFixed(0)} ms`,
  );
  console.log(row('the engine waits', answers));
  console.log(row('write and fdatasync, one each', bare));
  console.log(`ratio at p99: ${(answers(0.99) / bare(0.99)).toFixed(2)}`);
} finally {
  plugin.kill();
  agent.destroy();
  await delay(200);
  await rm(folder, { recursive: true, force: true });
}
