/** Certificates for an engine on a TCP port of loopback, and for those who call it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DockerCall } from './docker-client.ts';

export interface DockerTls {
  /** What makes a dockerd listen on a port with these certificates. */
  readonly engineArgs: readonly string[];
  /** What a source has to name, to read the engine as this user. */
  filesOf(user: string): EngineTlsFiles;
  /** The status and the text of the answer. */
  call(user: string, call: DockerCall): Promise<DockerAnswer>;
  remove(): Promise<void>;
}

/** Paths of PEM files. */
export interface EngineTlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface DockerAnswer {
  readonly status: number;
  readonly text: string;
}

export async function createDockerTls(port: number, users: readonly string[]): Promise<DockerTls> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-docker-tls-'));
  const at = (name: string): string => join(folder, name);
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=ca', [
    ...['-keyout', at('ca.key'), '-out', at('ca.crt')],
  ]);
  for (const name of ['engine', ...users]) await sign(folder, name);
  const ca = await readFile(at('ca.crt'));
  return {
    engineArgs: [
      ...['-H', `tcp://127.0.0.1:${port}`, '--tlsverify', '--tlscacert', at('ca.crt')],
      ...['--tlscert', at('engine.crt'), '--tlskey', at('engine.key')],
    ],
    filesOf: (user) => ({
      ...{ ca: at('ca.crt'), certificate: at(`${user}.crt`), key: at(`${user}.key`) },
    }),
    async call(user, { method, path, body }) {
      const [cert, key] = [await readFile(at(`${user}.crt`)), await readFile(at(`${user}.key`))];
      const isBytes = Buffer.isBuffer(body);
      const payload = isBytes || body === undefined ? body : JSON.stringify(body);
      const type = isBytes ? 'application/x-tar' : 'application/json';
      const headers = {
        'user-agent': 'audit-test/1',
        ...(payload === undefined ? {} : { 'content-type': type }),
      };
      const options = {
        ca,
        cert,
        key,
        port,
        host: '127.0.0.1',
        agent: false,
        method,
        path,
        headers,
      };
      return new Promise((resolve, reject) => {
        const outgoing = request(options, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text });
          });
          response.on('error', reject);
        });
        outgoing.on('error', reject).end(payload);
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function sign(folder: string, name: string): Promise<void> {
  const at = (extension: string): string => join(folder, `${name}.${extension}`);
  await writeFile(
    at('ext'),
    'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n',
  );
  await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, [
    ...['-keyout', at('key'), '-out', at('csr')],
  ]);
  await openssl('x509', '-req', '-days', '2', '-in', at('csr'), '-out', at('crt'), [
    ...['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-CAcreateserial'],
    ...['-extfile', at('ext')],
  ]);
}

async function openssl(...args: readonly (string | readonly string[])[]): Promise<void> {
  await promisify(execFile)('openssl', args.flat());
}
