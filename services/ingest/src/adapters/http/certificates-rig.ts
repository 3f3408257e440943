/** For tests: certificates made by openssl on the spot, so that none in the repository ever ends. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** Counts for 127.0.0.1 as a server's, where it is not a client's. */
  readonly usage: 'server' | 'client';
  /** Epoch milliseconds; an hour ago and in two days where they are not given. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export interface CertificateAuthority {
  /** PEM. */
  readonly cert: string;
  issue(request: CertificateRequest): Promise<CertifiedKey>;
}

const run = promisify(execFile);
const hourMs = 3_600_000;
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Its files are in a folder of their own below the one for temporary files. */
export async function createAuthority(name: string): Promise<CertificateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-ca-'));
  const at = (file: string): string => join(folder, file);
  const paths = { key: at('ca.key'), cert: at('ca.crt'), config: at('ca.cnf') };
  await writeFile(paths.config, configOf(folder));
  await writeFile(at('index.txt'), '');
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', paths.key, '-out', paths.cert],
  ]);
  let issued = 0;
  return {
    cert: await readFile(paths.cert, 'utf8'),
    issue: async (request) => {
      issued += 1;
      const [key, csr, crt] = ['key', 'csr', 'crt'].map((type) => at(`${issued}.${type}`)) as [
        string,
        string,
        string,
      ];
      const subject = ['-subj', `/CN=${request.commonName}`];
      await run('openssl', ['req', ...newKey, ...subject, '-keyout', key, '-out', csr]);
      await run('openssl', [
        ...['ca', '-batch', '-notext', '-config', paths.config, '-extensions', request.usage],
        ...['-cert', paths.cert, '-keyfile', paths.key, '-in', csr, '-out', crt],
        ...['-startdate', asn1Time(request.notBefore ?? Date.now() - hourMs)],
        ...['-enddate', asn1Time(request.notAfter ?? Date.now() + 48 * hourMs)],
      ]);
      return { cert: await readFile(crt, 'utf8'), key: await readFile(key, 'utf8') };
    },
  };
}

function configOf(folder: string): string {
  return `
[ca]
default_ca = own
[own]
database = ${folder}/index.txt
new_certs_dir = ${folder}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
[server]
subjectAltName = IP:127.0.0.1
extendedKeyUsage = serverAuth
[client]
extendedKeyUsage = clientAuth
`;
}

/** GeneralizedTime (RFC 5280 §4.1.2.5.2). */
function asn1Time(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '');
}
