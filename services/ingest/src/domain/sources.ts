/** The configured ways in; docs/ingest.md describes the file that lists them. */
import { type Origin } from '@auditstream/events/generated/types';
import { type LogStart } from './log-start.ts';

interface SourceBase {
  /** Cluster, or an engine's name. */
  readonly cluster: string;
  readonly origin: Origin;
}

/** A credential of the audit webhook. */
export interface WebhookSource extends SourceBase {
  readonly kind: 'kubernetes-webhook';
  /** SHA-256 of the bearer token, 64 lower-case hex digits. */
  readonly tokenSha256: string;
}

export interface LogSource extends SourceBase {
  readonly kind: 'kubernetes-log';
  /** Absolute paths, or patterns of them. */
  readonly files: readonly string[];
  /** Where files that have no checkpoint are begun; at their beginning if not given. */
  readonly from?: LogStart;
}

export interface EngineSource extends SourceBase {
  readonly kind: 'docker-engine';
  /** Absolute path of the engine's unix socket. */
  readonly socket: string;
}

export type Source = WebhookSource | LogSource | EngineSource;

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
