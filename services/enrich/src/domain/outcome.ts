import { type Outcome } from '@auditstream/events/generated/types';

/** What the API server says about the fate of a request. */
export interface KubernetesFate {
  /** The annotation authorization.k8s.io/decision. */
  readonly decision: string | undefined;
  /** responseStatus.code. */
  readonly code: number | undefined;
}

/** A refused request has failed whatever its code; without a response nothing is known yet. */
export function kubernetesOutcome({ decision, code }: KubernetesFate): Outcome {
  if (decision === 'forbid') return 'failure';
  if (code === undefined) return 'unknown';
  return code >= 400 ? 'failure' : 'success';
}

/** What the Engine says: an action, what follows its colon, and the exit code of a process that ended. */
export interface DockerFate {
  readonly action: string;
  readonly detail: string | undefined;
  readonly exitCode: string | undefined;
}

/** An Engine event says that a thing happened; what happened may be a failure. */
export function dockerOutcome({ action, detail, exitCode }: DockerFate): Outcome {
  switch (action) {
    case 'die':
    case 'exec_die':
      return exitCode === '0' ? 'success' : 'failure';
    case 'health_status':
      return detail === 'unhealthy' ? 'failure' : 'success';
    case 'oom':
      return 'failure';
    default:
      return 'success';
  }
}
