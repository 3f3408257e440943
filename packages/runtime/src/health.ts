/** What a service says about itself: is it alive, is it ready, and if not, why not. */

export type HealthState = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Looks at state that is at hand: it must answer at once, without I/O. */
export type HealthCheck = () => HealthState;

/** Where a service registers its checks. */
export interface Health {
  /** A check of readiness: connected, and making progress. */
  register(name: string, check: HealthCheck): void;
  /** A check of liveness: when it fails, only a restart helps. */
  registerLiveness(name: string, check: HealthCheck): void;
}

export interface FailingCheck {
  readonly check: string;
  readonly reason: string;
}

/** The health as the admin server sees it: the failing checks, in order of registration. */
export interface HealthReport {
  failingReadiness(): readonly FailingCheck[];
  failingLiveness(): readonly FailingCheck[];
}

/** An empty set of checks: alive and ready. Registering one name twice throws. */
export function createHealth(): Health & HealthReport {
  const readiness = new Map<string, HealthCheck>();
  const liveness = new Map<string, HealthCheck>();
  return {
    register: (name, check) => {
      add(readiness, name, check);
    },
    registerLiveness: (name, check) => {
      add(liveness, name, check);
    },
    failingReadiness: () => failing(readiness),
    failingLiveness: () => failing(liveness),
  };
}

function add(checks: Map<string, HealthCheck>, name: string, check: HealthCheck): void {
  if (checks.has(name)) throw new Error(`the health check ${name} is registered already`);
  checks.set(name, check);
}

function failing(checks: ReadonlyMap<string, HealthCheck>): readonly FailingCheck[] {
  return [...checks].flatMap(([check, run]) => {
    const state = stateOf(run);
    return state.ok ? [] : [{ check, reason: state.reason }];
  });
}

/** A check that throws has failed: the page must say so, not break. */
function stateOf(check: HealthCheck): HealthState {
  try {
    return check();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `the check itself failed: ${reason}` };
  }
}
