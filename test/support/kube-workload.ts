/** What people, tools and controllers ask of an API server, refusals and oddities included. */
import { type KubeApiServer } from './kube-apiserver.ts';
import { objectsOf, rbac, type Step, strangeRequests, watches } from './kube-steps.ts';

export interface Workload {
  /** Names what is made, so that two workloads on one server do not meet. */
  readonly name: string;
  readonly namespaces: number;
  /** What is done to each kind of object in each namespace is done this often. */
  readonly rounds: number;
}

export interface WorkloadResult {
  readonly requests: number;
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Does it all; namespaces are worked on side by side, the steps in one namespace one after the other. */
export async function runWorkload(
  server: KubeApiServer,
  { name, namespaces, rounds }: Workload,
): Promise<WorkloadResult> {
  const users = {
    admin: server.clientOf('admin'),
    developer: server.clientOf('developer'),
    anonymous: server.clientOf('anonymous'),
    stranger: server.clientOf('stranger'),
  };
  const statuses = new Map<number, number>();
  const take = async ({ as = 'admin', ...what }: Step): Promise<void> => {
    const { status } = await users[as].send(what);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const workOn = async (namespace: string): Promise<void> => {
    for (const step of stepsIn(namespace, rounds)) await take(step);
    await Promise.all(watches(namespace).map(take));
  };
  const names = Array.from({ length: namespaces }, (_, at) => `${name}-${at}`);
  await Promise.all(names.map(workOn));
  return { requests: [...statuses.values()].reduce((sum, count) => sum + count, 0), statuses };
}

function* stepsIn(namespace: string, rounds: number): Generator<Step> {
  const about = { metadata: { name: namespace, labels: { team: 'payments' } } };
  const namespaces = { method: 'POST', path: '/api/v1/namespaces', body: about } as const;
  yield namespaces;
  yield namespaces;
  const account = { metadata: { name: 'default' } };
  const path = `/api/v1/namespaces/${namespace}`;
  yield { method: 'POST', path: `${path}/serviceaccounts`, body: account };
  for (let round = 0; round < rounds; round += 1) {
    yield* objectsOf(namespace, round);
    yield* rbac(namespace, round);
    yield* strangeRequests(namespace, round);
  }
  yield { method: 'DELETE', path: `${path}/configmaps` };
  yield { method: 'DELETE', path };
}
