import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@auditstream/local/ports';
import { isAlive, launch, type ProcessRef, stopProcess } from '@auditstream/local/process';
import { lastLines } from '@auditstream/local/running';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';
import { createKubeClient, type KubeClient } from './kube-client.ts';
import { waitFor } from './wait-for.ts';

/** A real API server and its etcd, in a folder of their own. */
export interface KubeApiServer {
  /** A client of its own for each call; closed with the server. */
  clientOf(user: KubeUser): KubeClient;
  /**
   * Ends both and removes their folder. What the API server records while it ends, such as the end of its
   * own watches, is in its log only: its webhook has been closed by then.
   */
  stop(): Promise<void>;
}

/** `developer` may do nothing that nobody allows; `anonymous` sends no token, `stranger` a wrong one. */
export type KubeUser = 'admin' | 'developer' | 'anonymous' | 'stranger';

export interface KubeApiServerOptions {
  /** Where audit logs go: `audit.log`, and beside it what it was before rotations. */
  readonly logFolder: string;
  /** Size in MiB at which the API server rotates its log; never where it is not given. */
  readonly logRotationMiB?: number;
  readonly webhook?: AuditWebhook;
  /** The audit policy; the one that we ship where it is not given. */
  readonly policyFile?: string;
  /** More flags; they win over those above. */
  readonly flags?: readonly string[];
}

export interface AuditWebhook {
  /** By https: without TLS an API server shows no credential. */
  readonly url: string;
  /** PEM of what has signed the certificate of the URL's server. */
  readonly ca: string;
  readonly credential: WebhookCredential;
}

/** PEM, where it is a certificate. */
export type WebhookCredential =
  { readonly token: string } | { readonly cert: string; readonly key: string };

const tokens = { admin: 'token-of-the-admin', developer: 'token-of-the-developer' } as const;
const stopGraceMs = 70_000;

export async function startKubeApiServer(options: KubeApiServerOptions): Promise<KubeApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-kubernetes-'));
  const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  await mkdir(options.logFolder, { recursive: true });
  const etcd = await start('etcd', folder, etcdArgs(folder, etcdPort, peerPort));
  const args = await apiServerArgs(folder, { port, etcdPort }, options);
  const server = await start('kube-apiserver', folder, args);
  const clients: KubeClient[] = [];
  const clientOf = (user: KubeUser, ca: string): KubeClient => {
    const token = user === 'stranger' ? 'token-of-nobody' : tokenOf(user);
    const client = createKubeClient({ port, ca, ...(token === undefined ? {} : { token }) });
    clients.push(client);
    return client;
  };
  const stop = async (): Promise<void> => {
    for (const client of clients) client.close();
    await stopProcess(server, stopGraceMs);
    await stopProcess(etcd, stopGraceMs);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ca = await waitUntilReady(folder, server, clientOf);
    return {
      clientOf: (user) => clientOf(user, ca),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns the PEM of the certificate that the server has made for itself */
async function waitUntilReady(
  folder: string,
  server: ProcessRef,
  clientOf: (user: KubeUser, ca: string) => KubeClient,
): Promise<string> {
  const check = async (): Promise<void> => {
    if (await isAlive(server)) return;
    const log = await readFile(join(folder, 'kube-apiserver.log'), 'utf8');
    throw new Error(`The API server has ended. Its log ends:\n${lastLines(log, 5)}`);
  };
  const ca = await waitFor("the API server's certificate", async () => {
    await check();
    return readFile(join(folder, 'certificates', 'apiserver.crt'), 'utf8').catch(() => undefined);
  });
  const admin = clientOf('admin', ca);
  await waitFor('the API server to be ready', async () => {
    await check();
    const answer = await admin.send({ method: 'GET', path: '/readyz' }).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  });
  return ca;
}

function tokenOf(user: 'admin' | 'developer' | 'anonymous'): string | undefined {
  return user === 'anonymous' ? undefined : tokens[user];
}

function start(program: string, folder: string, args: readonly string[]): Promise<ProcessRef> {
  const programs = process.env['AUDITSTREAM_TEST_KUBERNETES'];
  if (programs === undefined) {
    throw new Error(
      "AUDITSTREAM_TEST_KUBERNETES is not set: run this stage by 'npm run test:sources', which builds an API server.",
    );
  }
  return launch({
    file: join(programs, program),
    args,
    env: { HOME: folder, PATH: process.env['PATH'] ?? '' },
    cwd: folder,
    logPath: join(folder, `${program}.log`),
    account: undefined,
  });
}

function etcdArgs(folder: string, port: number, peerPort: number): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    ...['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level=warn'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', `default=${peer}`],
  ];
}

interface ApiServerPorts {
  readonly port: number;
  readonly etcdPort: number;
}

async function apiServerArgs(
  folder: string,
  { port, etcdPort }: ApiServerPorts,
  options: KubeApiServerOptions,
): Promise<readonly string[]> {
  const { logFolder, logRotationMiB, webhook } = options;
  const policy =
    options.policyFile ?? join(projectRoot, 'infra', 'kubernetes', 'audit-policy.yaml');
  const key = await write(folder, 'service-accounts.pem', newPrivateKey());
  const users = await write(folder, 'tokens.csv', tokenFile());
  const rotation = logRotationMiB === undefined ? '' : `--audit-log-maxsize=${logRotationMiB}`;
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    ...[
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--service-cluster-ip-range=10.0.0.0/24',
    ],
    ...[`--cert-dir=${join(folder, 'certificates')}`, '--endpoint-reconciler-type=none'],
    ...['--authorization-mode=Node,RBAC', '--anonymous-auth=true', `--token-auth-file=${users}`],
    ...['--service-account-issuer=https://kubernetes.example', `--service-account-key-file=${key}`],
    `--service-account-signing-key-file=${key}`,
    `--audit-policy-file=${policy}`,
    ...[`--audit-log-path=${join(logFolder, 'audit.log')}`, rotation].filter((arg) => arg !== ''),
    ...(webhook === undefined ? [] : await webhookArgs(folder, webhook)),
    ...(options.flags ?? []),
  ];
}

/** As docs/operations.md gives them, but for the wait, which only costs time here. */
async function webhookArgs(
  folder: string,
  { url, ca, credential }: AuditWebhook,
): Promise<readonly string[]> {
  const caFile = write(folder, 'webhook-ca.pem', ca);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'auditstream', cluster: { server: url, 'certificate-authority': await caFile } },
    ],
    users: [{ name: 'kube-apiserver', user: await userOf(folder, credential) }],
    contexts: [
      { name: 'auditstream', context: { cluster: 'auditstream', user: 'kube-apiserver' } },
    ],
    'current-context': 'auditstream',
  };
  return [
    `--audit-webhook-config-file=${await write(folder, 'webhook.yaml', JSON.stringify(config))}`,
    '--audit-webhook-batch-max-wait=1s',
    '--audit-webhook-truncate-enabled',
    '--audit-webhook-truncate-max-batch-size=10485760',
    '--audit-webhook-truncate-max-event-size=8000000',
  ];
}

async function userOf(folder: string, credential: WebhookCredential): Promise<object> {
  if ('token' in credential) return credential;
  return {
    'client-certificate': await write(folder, 'webhook-client.crt', credential.cert),
    'client-key': await write(folder, 'webhook-client.key', credential.key),
  };
}

/** Lines of `token,user,uid,"groups"`. */
function tokenFile(): string {
  return `${tokens.admin},admin,admin,"system:masters"\n${tokens.developer},developer,developer\n`;
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

async function write(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
