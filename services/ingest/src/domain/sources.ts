/** The configured ways in; docs/ingest.md describes the file that lists them. */
import { type Origin } from '@auditstream/events/generated/types';
import { type ExportFormat } from './export/export-format.ts';
import { type LogStart } from './log-start.ts';
import { type SilentAfter } from './silent-after.ts';

interface SourceBase {
  /** Cluster, or an engine's name. */
  readonly cluster: string;
  readonly origin: Origin;
  /** As the file has it, if it has one; see `sourceName`. */
  readonly name?: string;
  /** By its kind if not given; see `watchedSources`. */
  readonly silentAfter?: SilentAfter;
}

/** What a sender of the audit webhook shows to be let in; digests are 64 lower-case hex digits. */
export type Credential =
  | { readonly type: 'token'; readonly sha256: string }
  /** The one common name (RFC 5280 §4.1.2.6) in the subject of a verified client certificate. */
  | { readonly type: 'certificate-name'; readonly commonName: string }
  /** SHA-256 of a verified client certificate's SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). */
  | { readonly type: 'certificate-key'; readonly sha256: string };

/** Senders of the audit webhook. */
export interface WebhookSource extends SourceBase {
  readonly kind: 'kubernetes-webhook';
  /** At least one; any of them is enough. */
  readonly credentials: readonly Credential[];
  /** What a request is wrapped in, where a managed service exports the events. */
  readonly exported?: Exported;
}

export interface LogSource extends SourceBase {
  readonly kind: 'kubernetes-log';
  /** Absolute paths, or patterns of them. */
  readonly files: readonly string[];
  /** Where files that have no checkpoint are begun; at their beginning if not given. */
  readonly from?: LogStart;
  /** What the lines are wrapped in, where a managed service exported them. */
  readonly exported?: Exported;
}

/** How a managed service exports the events of a cluster. */
export interface Exported {
  readonly format: ExportFormat;
  /** The cluster's name there. */
  readonly exportedAs: string;
}

/** Where an engine listens. */
export type EngineAddress =
  /** Absolute path of the engine's unix socket. */
  | { readonly type: 'unix'; readonly path: string }
  /** Without TLS only where `host` is the machine's own. */
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: EngineTls | null;
    };

/** Absolute paths of PEM files. */
export interface EngineTls {
  /** Who may have signed the engine's certificate. */
  readonly ca: string;
  /** Who we are, to the engine. */
  readonly certificate: string;
  readonly key: string;
}

export interface EngineSource extends SourceBase {
  readonly kind: 'docker-engine';
  readonly address: EngineAddress;
}

/** An address as people write it: a path, or `tcp://host:port`. */
export function addressText(address: EngineAddress): string {
  if (address.type === 'unix') return address.path;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp://${host}:${address.port}`;
}

export interface AuthzSource extends SourceBase {
  readonly kind: 'docker-authz';
  /** Absolute path of the folder in which the authorization plugin keeps its journal. */
  readonly journal: string;
}

export type Source = WebhookSource | LogSource | EngineSource | AuthzSource;

/** What metrics and logs call a source. Sources without a name of their own share one by kind and cluster. */
export function sourceName({ name, kind, cluster }: Source): string {
  return name ?? `${kind}/${cluster}`;
}

/** What metrics have in the place of a source's name where it is not known. */
export const unknownSource = 'none';

/** Characters. */
export const maxClusterLength = 253;

/**
 * Whether a text can name a cluster. What it excludes matters: ids and keys rely on a cluster's name
 * having no line feed, URLs on it having no slash.
 */
export function isClusterName(text: string): boolean {
  return (
    text.length <= maxClusterLength && /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text)
  );
}
