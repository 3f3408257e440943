import { type AuditEvent } from '@auditstream/events/generated/types';

/** ECS event.category and event.type ("ECS Categorization Fields"). */
export interface Categorization {
  readonly category: readonly string[];
  readonly type: readonly string[];
}

const verbTypes: Readonly<Record<string, string>> = {
  create: 'creation',
  update: 'change',
  patch: 'change',
  delete: 'deletion',
  deletecollection: 'deletion',
  get: 'access',
  list: 'access',
  watch: 'access',
};

const iamResources: ReadonlySet<string> = new Set([
  ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  ...['serviceaccounts', 'certificatesigningrequests'],
]);

const processSubresources: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

const engineTypes: Readonly<Record<string, string>> = {
  create: 'creation',
  import: 'creation',
  load: 'creation',
  pull: 'creation',
  destroy: 'deletion',
  remove: 'deletion',
  delete: 'deletion',
  untag: 'deletion',
  prune: 'deletion',
  start: 'start',
  exec_start: 'start',
  die: 'end',
  exec_die: 'end',
  oom: 'end',
  archive_path: 'access',
  export: 'access',
  save: 'access',
  top: 'access',
  list: 'access',
  inspect: 'access',
  logs: 'access',
  read: 'access',
  unlockkey: 'access',
  push: 'access',
  copy: 'access',
  commit: 'creation',
  health_status: 'info',
};

/** @param action the action without what follows a colon */
export function categorize(event: AuditEvent, action: string): Categorization {
  const type = event.object?.type ?? '';
  if (event.source === 'docker') {
    const category = type === 'container' || type === 'exec' ? 'process' : 'configuration';
    // A call is container.create where the engine's event is create.
    const word = action.slice(action.lastIndexOf('.') + 1).replaceAll('-', '_');
    // Nobody looked at anything where Auditstream asked with what a container was created.
    const own = event.docker?.configuration ? 'info' : undefined;
    return { category: [category], type: [own ?? engineTypes[word] ?? 'change'] };
  }
  if (event.source === 'auditstream') return { category: ['configuration'], type: ['info'] };
  const decision = event.kubernetes?.annotations['authorization.k8s.io/decision'];
  return {
    category: [kubernetesCategory(type, event.object?.subresource ?? '')],
    type: [verbTypes[action] ?? 'info', ...decisionTypes(decision)],
  };
}

function kubernetesCategory(resource: string, subresource: string): string {
  if (processSubresources.has(subresource)) return 'process';
  if (resource === 'tokenreviews' || subresource === 'token') return 'authentication';
  return iamResources.has(resource) ? 'iam' : 'configuration';
}

function decisionTypes(decision: string | undefined): readonly string[] {
  if (decision === 'allow') return ['allowed'];
  return decision === 'forbid' ? ['denied'] : [];
}
