/** `source add kubernetes`: everything that an API server needs, and then what arrives from it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { apiServerFlags } from '../api-server/flags.ts';
import { kitFiles } from '../api-server/kit.ts';
import { sizeFor } from '../api-server/sizing.ts';
import { CliError } from '../errors.ts';
import { projectRoot } from '../pipeline/folders.ts';
import { newClientCertificate, newToken, type NewCredential } from '../sources/credential.ts';
import { entriesOf, fits, withEntry } from '../sources/sources-document.ts';
import { shellWord } from '../view/printable.ts';
import { type Added, type AddOptions, addAndWait, type AddPorts } from './source-add.ts';

export interface CredentialOptions {
  /** Base address of ingest as the API server reaches it. */
  readonly url: string;
  /** File with the PEM of what has signed ingest's certificate. */
  readonly ca?: string;
  /** Folder that the files are written into; made where it is missing. */
  readonly out?: string;
  readonly clientCertificate?: boolean;
  readonly requestsPerSecond: number;
  readonly printToken?: boolean;
}

export interface KubernetesOptions extends AddOptions, CredentialOptions {}

const kind = 'kubernetes-webhook';

/** @throws CliError where the source is there already, or an option is wrong; nothing is written then */
export async function addKubernetes(
  cluster: string,
  options: KubernetesOptions,
  ports: AddPorts,
): Promise<void> {
  const { path, text } = ports.file;
  if (text !== null && entriesOf(path, text).some((entry) => fits(entry, { cluster, kind }))) {
    throw new CliError(
      `${path} has a webhook of ${cluster} already: 'auditstream source rotate ${shellWord(cluster)}' ` +
        'gives it a new credential.',
    );
  }
  const made = await makeCredential(cluster, options, ports.now());
  const entry = { kind, cluster, [made.proof.key]: made.proof.value };
  const changed = withEntry(path, text, entry);
  const out = await writeKit(cluster, options, made);
  const added: Added = { kind, cluster, way: 'webhook', text: changed, out };
  await addAndWait({ ...added, ...tokenToShow(made, options) }, options, ports);
}

export function makeCredential(
  cluster: string,
  { clientCertificate }: CredentialOptions,
  now: number,
): Promise<NewCredential> | NewCredential {
  return clientCertificate === true ? newClientCertificate(cluster, now) : newToken();
}

export function tokenToShow(
  { credential }: NewCredential,
  { printToken }: CredentialOptions,
): Pick<Added, 'token'> {
  return printToken === true && credential.type === 'token' ? { token: credential.token } : {};
}

/** @returns the absolute path of the folder */
export async function writeKit(
  cluster: string,
  options: CredentialOptions,
  { credential, clientCa }: NewCredential,
): Promise<string> {
  const { url, ca, requestsPerSecond } = options;
  const files = kitFiles({
    cluster,
    url: requireHttps(url),
    ca: ca === undefined ? null : await readCertificate(ca),
    credential,
    flags: apiServerFlags(sizeFor(requestsPerSecond)),
    policy: await shipped('audit-policy.yaml'),
    kubeconfigTemplate: await shipped('webhook-kubeconfig.yaml'),
  });
  const out = await makeEmptyFolder(options.out ?? `auditstream-${cluster}`);
  const all = [...files, ...(clientCa === null ? [] : [['client-ca.pem', clientCa] as const])];
  for (const [name, content] of all) {
    await writeFile(join(out, name), content, { mode: 0o600, flag: 'wx' });
  }
  return out;
}

function shipped(name: string): Promise<string> {
  return readFile(join(projectRoot, 'infra', 'kubernetes', name), 'utf8');
}

function requireHttps(url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return url;
  throw new CliError(
    `--url is '${url}': give an address that begins with https://, as API servers send no credential otherwise.`,
  );
}

async function readCertificate(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError(`--ca: ${(cause as Error).message}`, { cause });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY')) return text;
  throw new CliError(
    `--ca: ${path} is not a certificate in PEM, or holds a private key beside it.`,
  );
}

async function makeEmptyFolder(path: string): Promise<string> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return folder;
  throw new CliError(`${folder} is not empty: give --out another folder.`);
}
