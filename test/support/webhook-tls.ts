import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CertifiedKey,
  createAuthority,
} from '../../services/ingest/src/adapters/http/certificates-rig.ts';

/** Certificates for the audit webhook of ingest, and for API servers that send to it. */
export interface WebhookTls {
  /** What ingest has to be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** PEM of what has signed the webhook's certificate. */
  readonly ca: string;
  clientOf(commonName: string): Promise<CertifiedKey>;
  remove(): Promise<void>;
}

export async function prepareWebhookTls(): Promise<WebhookTls> {
  const folder = await mkdtemp(join(tmpdir(), 'auditstream-webhook-tls-'));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const servers = await createAuthority('CA of servers');
  const clients = await createAuthority('CA of clients');
  const { cert, key } = await servers.issue({ commonName: 'ingest', usage: 'server' });
  return {
    env: {
      AUDITSTREAM_INGEST_TLS_CERT_FILE: await write('tls.crt', cert),
      AUDITSTREAM_INGEST_TLS_KEY_FILE: await write('tls.key', key),
      AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE: await write('clients.crt', clients.cert),
    },
    ca: servers.cert,
    clientOf: (commonName) => clients.issue({ commonName, usage: 'client' }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
