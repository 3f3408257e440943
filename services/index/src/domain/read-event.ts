import { type AuditEvent, type Source } from '@auditstream/events/generated/types';

/** Reading an event for its fields, where that takes more than a property. */

/** Kubernetes verb, or Docker action without what follows its colon. */
export function actionName({ source, action }: Pick<AuditEvent, 'source' | 'action'>): string {
  return source === 'docker' ? (action.split(':', 1)[0] ?? action) : action;
}

/** The command line in `exec_create: /bin/ls /`, or in the body of a call of Docker's API. */
export function commandLine({ source, action, docker }: AuditEvent): string | null | undefined {
  if (docker?.call) return docker.call.commandLine;
  const match = /^exec_(?:create|start):\s*(\S.*)$/s.exec(action);
  return source === 'docker' ? match?.[1] : undefined;
}

/** ECS event.dataset. */
export function datasetOf({ source, docker }: AuditEvent): string {
  if (docker?.call) return 'docker.calls';
  return datasets[source];
}

const datasets: Readonly<Record<Source, string>> = {
  kubernetes: 'kubernetes.audit_logs',
  docker: 'docker.events',
  auditstream: 'auditstream.notices',
  unknown: 'unknown.audit_logs',
};

/** Names without repeats, without those that stand for nobody. */
export function named(names: readonly (string | null | undefined)[]): readonly string[] {
  const known = names.filter((name) => typeof name === 'string' && name !== 'unknown');
  return [...new Set(known as readonly string[])];
}

/** Entries as `key=value`. */
export function keyValues(map: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.entries(map ?? {}).map(([key, value]) => `${key}=${value}`);
}

/** The path of a request URI, and what follows its first question mark. */
export function splitUri(uri: string | undefined): { path: string | null; query: string | null } {
  if (uri === undefined || uri === '') return { path: null, query: null };
  const mark = uri.indexOf('?');
  if (mark < 0) return { path: uri, query: null };
  return { path: uri.slice(0, mark), query: uri.slice(mark + 1) || null };
}
