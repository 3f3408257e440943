import { isLoopback } from './domain/loopback.ts';
import {
  adminSettings,
  kafkaSettings,
  logSettings,
  registrySettings,
} from '@auditstream/runtime/settings';
import { type Source, sourceName } from './domain/sources.ts';

/** Every setting of ingest. */
export const ingestSettings = {
  webhook: {
    host: {
      doc: 'Address on which the audit webhook listens. Another than loopback needs TLS, or allowPlaintext.',
      format: 'text',
      default: '127.0.0.1',
      env: 'AUDITSTREAM_INGEST_HOST',
    },
    port: {
      doc: 'Port on which the audit webhook listens; 0 takes any free one.',
      format: 'port',
      default: 8080,
      env: 'AUDITSTREAM_INGEST_PORT',
    },
    allowPlaintext: {
      doc: 'Whether the webhook may listen beyond loopback without TLS: tokens and events then travel in the clear, and something else has to protect the way.',
      format: 'flag',
      default: false,
      env: 'AUDITSTREAM_INGEST_ALLOW_PLAINTEXT',
    },
    tls: {
      certFile: {
        doc: 'PEM file with the certificate of the audit webhook, and the certificates that lead from it to its CA after it. With it, the webhook speaks TLS and nothing else. Like the other two it is read again every 10 s.',
        format: 'file',
        default: null,
        env: 'AUDITSTREAM_INGEST_TLS_CERT_FILE',
      },
      keyFile: {
        doc: "PEM file with the certificate's private key, not encrypted.",
        format: 'file',
        default: null,
        env: 'AUDITSTREAM_INGEST_TLS_KEY_FILE',
      },
      clientCaFile: {
        doc: 'PEM file with the CAs that client certificates are verified against. Without it none is asked for.',
        format: 'file',
        default: null,
        env: 'AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE',
      },
    },
    maxInFlightBytes: {
      doc: 'Bytes of requests that are read or answered at once; beyond it, senders are asked to come again. Memory in use is a few times as much.',
      format: 'whole-number',
      unit: 'bytes',
      minimum: 16_777_216,
      default: 67_108_864,
      env: 'AUDITSTREAM_INGEST_MAX_IN_FLIGHT_BYTES',
    },
  },
  sources: {
    file: {
      doc: 'The YAML file that lists the sources; ingest does not start without one.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_SOURCES_FILE',
    },
  },
  redaction: {
    file: {
      doc: 'The YAML file that adds to redaction (docs/redaction.md); without one, what always goes goes.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_REDACTION_FILE',
    },
  },
  deadLetters: {
    recipientsFile: {
      doc: 'The file of public keys, one a line, that the bytes of rejected items are sealed to (docs/dead-letters.md); without one, dead letters have no bytes.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_DEAD_LETTER_RECIPIENTS_FILE',
    },
  },
  reduction: {
    file: {
      doc: 'An audit Policy (audit.k8s.io/v1) that says what is not kept of Kubernetes events (docs/reducer.md); without one, all is.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_REDUCTION_FILE',
    },
  },
  state: {
    folder: {
      doc: 'Folder of the checkpoints of log files and engines, of the key that dead letters are named with, and of the spool. It belongs to one process.',
      format: 'text',
      default: '/var/lib/auditstream/ingest',
      env: 'AUDITSTREAM_INGEST_STATE_DIR',
    },
  },
  spool: {
    folder: {
      doc: 'Folder of the spool, which keeps events while Kafka does not answer; `spool` in the state folder where none is given. It belongs to one process, on storage that outlives it.',
      format: 'file',
      default: null,
      env: 'AUDITSTREAM_INGEST_SPOOL_DIR',
    },
    maxBytes: {
      doc: 'What the files of the spool may take together. When they do, deliveries are refused.',
      format: 'whole-number',
      unit: 'bytes',
      minimum: 1_048_576,
      default: 1_073_741_824,
      env: 'AUDITSTREAM_INGEST_SPOOL_MAX_BYTES',
    },
  },
  kafka: kafkaSettings,
  registry: registrySettings,
  admin: adminSettings('ingest', 9101),
  log: logSettings,
} as const;

/** Settings that are right one by one, but not together. */
export class SettingsConflict extends Error {
  override readonly name = 'SettingsConflict';
  readonly code = 'bad-settings';
  readonly retryable = false;
}

/** What the webhook's TLS is made of. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Null where no client certificates are asked for. */
  readonly clientCaFile: string | null;
}

interface WebhookSettings {
  readonly host: string;
  readonly allowPlaintext: boolean;
  readonly tls: { readonly [File in keyof TlsFiles]: string | null };
}

/**
 * The files of TLS; null where the webhook is to speak plain HTTP.
 * @throws SettingsConflict where tokens and events would travel in the clear, or a source could never send
 */
export function requireProtection(
  webhook: WebhookSettings,
  sources: readonly Source[],
): TlsFiles | null {
  const tls = tlsFilesOf(webhook.tls);
  const byCertificate = sources.find((source) => isByCertificate(source));
  if (byCertificate !== undefined && tls?.clientCaFile == null) {
    throw new SettingsConflict(
      `${sourceName(byCertificate)} names a client certificate, but AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE is not set: without CAs no certificate can be verified.`,
    );
  }
  if (tls !== null || webhook.allowPlaintext || isLoopback(webhook.host)) return tls;
  throw new SettingsConflict(
    `AUDITSTREAM_INGEST_HOST is ${webhook.host}: beyond loopback, tokens and events would travel in the clear. Set AUDITSTREAM_INGEST_TLS_CERT_FILE and AUDITSTREAM_INGEST_TLS_KEY_FILE; or AUDITSTREAM_INGEST_ALLOW_PLAINTEXT=true where something else protects the way, such as a container network or a proxy that ends TLS.`,
  );
}

function tlsFilesOf({ certFile, keyFile, clientCaFile }: WebhookSettings['tls']): TlsFiles | null {
  if (certFile !== null && keyFile !== null) return { certFile, keyFile, clientCaFile };
  const [cert, key] = ['AUDITSTREAM_INGEST_TLS_CERT_FILE', 'AUDITSTREAM_INGEST_TLS_KEY_FILE'];
  if (certFile !== keyFile) {
    const [given, missing] = certFile === null ? [key, cert] : [cert, key];
    throw new SettingsConflict(`${given} is set and ${missing} is not: TLS needs both.`);
  }
  if (clientCaFile === null) return null;
  throw new SettingsConflict(
    `AUDITSTREAM_INGEST_TLS_CLIENT_CA_FILE is set, and ${cert} and ${key} are not: client certificates need TLS.`,
  );
}

function isByCertificate(source: Source): boolean {
  return (
    source.kind === 'kubernetes-webhook' && source.credentials.some(({ type }) => type !== 'token')
  );
}

/** @throws SettingsConflict where none is set */
export function requireSourcesFile(file: string | null): string {
  if (file !== null) return file;
  throw new SettingsConflict(
    'AUDITSTREAM_SOURCES_FILE is not set: it names the YAML file that lists the sources (docs/ingest.md).',
  );
}
