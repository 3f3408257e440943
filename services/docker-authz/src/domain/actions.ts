/** The Engine API's calls by the names that events give them (docs/docker-authz.md). */

/**
 * How the engine tells a plugin of success: `status`, always with one; `stream`, by sending the response
 * itself, without one; `silent`, not at all.
 */
export type Answer = 'status' | 'stream' | 'silent';

/** What a call does: `change`; `look`, as a tool does all the time; `sight` of what should be watched. */
export type Manner = 'change' | 'look' | 'sight';

export interface Action {
  /** `TYPE.WHAT`, as container.create. */
  readonly name: string;
  readonly answer: Answer;
  readonly manner: Manner;
  /** Without a body the call makes no sense. */
  readonly needsBody: boolean;
}

export interface Route {
  readonly action: Action;
  /** The object's name or id in the path; empty where the path has none. */
  readonly object: string;
}

interface Row extends Action {
  readonly method: string;
  readonly pattern: RegExp;
}

type Options = Partial<Omit<Action, 'name'>>;

const stream: Options = { answer: 'stream' };
const silent: Options = { answer: 'silent' };
const configured: Options = { needsBody: true };
const look: Options = { manner: 'look' };
const sight: Options = { manner: 'sight' };

/** Method and path without version; {id} may have slashes, as the engine's own routes allow. */
const rows: readonly Row[] = [
  row('POST /containers/create', 'container.create', configured),
  row('POST /containers/{id}/start', 'container.start'),
  row('POST /containers/{id}/stop', 'container.stop'),
  row('POST /containers/{id}/restart', 'container.restart'),
  row('POST /containers/{id}/kill', 'container.kill'),
  row('POST /containers/{id}/pause', 'container.pause'),
  row('POST /containers/{id}/unpause', 'container.unpause'),
  row('POST /containers/{id}/rename', 'container.rename'),
  row('POST /containers/{id}/update', 'container.update', configured),
  row('POST /containers/{id}/attach', 'container.attach', silent),
  row('GET /containers/{id}/attach/ws', 'container.attach', { ...silent, ...sight }),
  row('POST /containers/{id}/wait', 'container.wait', { ...stream, ...look }),
  row('POST /containers/{id}/resize', 'container.resize', { ...silent, ...look }),
  row('POST /containers/{id}/exec', 'exec.create', configured),
  row('POST /exec/{id}/start', 'exec.start', silent),
  row('POST /exec/{id}/resize', 'exec.resize', { ...silent, ...look }),
  row('GET /exec/{id}/json', 'exec.inspect', look),
  row('POST /containers/prune', 'container.prune'),
  row('DELETE /containers/{id}/checkpoints/{more}', 'container.checkpoint.delete', silent),
  row('POST /containers/{id}/checkpoints', 'container.checkpoint.create'),
  row('GET /containers/{id}/checkpoints', 'container.checkpoint.list', look),
  row('DELETE /containers/{id}', 'container.remove'),
  row('PUT /containers/{id}/archive', 'container.archive.write', silent),
  row('GET /containers/{id}/archive', 'container.archive.read', { ...stream, ...sight }),
  row('HEAD /containers/{id}/archive', 'container.archive.stat', { ...silent, ...look }),
  row('POST /containers/{id}/copy', 'container.archive.read', { ...stream, ...sight }),
  row('GET /containers/{id}/export', 'container.export', { ...stream, ...sight }),
  row('GET /containers/{id}/logs', 'container.logs', { ...stream, ...sight }),
  row('GET /containers/json', 'container.list', look),
  row('GET /containers/{id}/json', 'container.inspect', look),
  row('GET /containers/{id}/top', 'container.top', look),
  row('GET /containers/{id}/changes', 'container.changes', look),
  row('GET /containers/{id}/stats', 'container.stats', { ...stream, ...look }),
  row('POST /commit', 'container.commit'),
  row('POST /images/create', 'image.create', stream),
  row('POST /images/load', 'image.load', stream),
  row('POST /images/{id}/push', 'image.push', stream),
  row('POST /images/{id}/tag', 'image.tag'),
  row('POST /images/prune', 'image.prune'),
  row('DELETE /images/{id}', 'image.remove'),
  row('GET /images/get', 'image.export', { ...stream, ...sight }),
  row('GET /images/{id}/get', 'image.export', { ...stream, ...sight }),
  row('GET /images/json', 'image.list', look),
  row('GET /images/search', 'image.search', look),
  row('GET /images/{id}/json', 'image.inspect', look),
  row('GET /images/{id}/history', 'image.history', look),
  row('GET /images/{id}/attestations', 'image.attestations', look),
  row('GET /distribution/{id}/json', 'image.distribution', look),
  row('POST /build', 'image.build', stream),
  row('POST /build/prune', 'build.prune'),
  row('POST /build/cancel', 'build.cancel', silent),
  row('POST /networks/create', 'network.create', configured),
  row('POST /networks/{id}/connect', 'network.connect', { ...silent, ...configured }),
  row('POST /networks/{id}/disconnect', 'network.disconnect', { ...silent, ...configured }),
  row('POST /networks/prune', 'network.prune'),
  row('DELETE /networks/{id}', 'network.remove'),
  row('GET /networks', 'network.list', look),
  row('GET /networks/', 'network.list', look),
  row('GET /networks/{id}', 'network.inspect', look),
  row('POST /volumes/create', 'volume.create', configured),
  row('PUT /volumes/{id}', 'volume.update', { ...silent, ...configured }),
  row('POST /volumes/prune', 'volume.prune'),
  row('DELETE /volumes/{id}', 'volume.remove'),
  row('GET /volumes', 'volume.list', look),
  row('GET /volumes/{id}', 'volume.inspect', look),
  row('POST /secrets/create', 'secret.create', configured),
  row('POST /secrets/{id}/update', 'secret.update', { ...silent, ...configured }),
  row('DELETE /secrets/{id}', 'secret.remove'),
  row('GET /secrets', 'secret.list', sight),
  row('GET /secrets/{id}', 'secret.inspect', sight),
  row('POST /configs/create', 'config.create', configured),
  row('POST /configs/{id}/update', 'config.update', { ...silent, ...configured }),
  row('DELETE /configs/{id}', 'config.remove'),
  row('GET /configs', 'config.list', sight),
  row('GET /configs/{id}', 'config.inspect', sight),
  row('POST /services/create', 'service.create', configured),
  row('POST /services/{id}/update', 'service.update', configured),
  row('DELETE /services/{id}', 'service.remove', silent),
  row('GET /services/{id}/logs', 'service.logs', { ...stream, ...sight }),
  row('GET /services', 'service.list', look),
  row('GET /services/{id}', 'service.inspect', look),
  row('GET /tasks/{id}/logs', 'task.logs', { ...stream, ...sight }),
  row('GET /tasks', 'task.list', look),
  row('GET /tasks/{id}', 'task.inspect', look),
  row('POST /nodes/{id}/update', 'node.update', { ...silent, ...configured }),
  row('DELETE /nodes/{id}', 'node.remove', silent),
  row('GET /nodes', 'node.list', look),
  row('GET /nodes/{id}', 'node.inspect', look),
  row('POST /swarm/init', 'swarm.init', configured),
  row('POST /swarm/join', 'swarm.join', { ...silent, ...configured }),
  row('POST /swarm/leave', 'swarm.leave', silent),
  row('POST /swarm/update', 'swarm.update', { ...silent, ...configured }),
  row('POST /swarm/unlock', 'swarm.unlock', { ...silent, ...configured }),
  row('GET /swarm/unlockkey', 'swarm.unlockkey', sight),
  row('GET /swarm', 'swarm.inspect', sight),
  row('POST /plugins/pull', 'plugin.pull', stream),
  row('POST /plugins/create', 'plugin.create', silent),
  row('POST /plugins/{id}/upgrade', 'plugin.upgrade', stream),
  row('POST /plugins/{id}/push', 'plugin.push', stream),
  row('POST /plugins/{id}/set', 'plugin.set', { ...silent, ...configured }),
  row('POST /plugins/{id}/enable', 'plugin.enable', silent),
  row('POST /plugins/{id}/disable', 'plugin.disable', silent),
  row('DELETE /plugins/{id}', 'plugin.remove', silent),
  row('GET /plugins', 'plugin.list', look),
  row('GET /plugins/privileges', 'plugin.privileges', look),
  row('GET /plugins/{id}/json', 'plugin.inspect', look),
  row('POST /auth', 'registry.login'),
  row('POST /session', 'build.session', silent),
  row('POST /grpc', 'build.grpc', silent),
  row('GET /events', 'system.events', { ...stream, ...look }),
  row('GET /info', 'system.info', look),
  row('GET /version', 'system.version', look),
  row('GET /system/df', 'system.df', look),
  row('GET /_ping', 'system.ping', { ...silent, ...look }),
  row('HEAD /_ping', 'system.ping', { ...silent, ...look }),
];

function row(route: string, name: string, options: Options = {}): Row {
  const [method = '', path = ''] = route.split(' ');
  const pattern = path.replaceAll('.', '\\.').replace('{id}', '(.+)').replace('{more}', '.+');
  return {
    ...{ name, method, pattern: new RegExp(`^${pattern}$`, 's') },
    ...{ answer: 'status', manner: 'change', needsBody: false, ...options },
  };
}

/** A call that is not in the table is kept, whatever it does. */
const unknown: Action = {
  ...{ name: 'unknown.call', answer: 'silent', manner: 'change', needsBody: false },
};

/** @param path without query and version, percent-decoded as the engine's router does */
export function routeOf(method: string, path: string): Route {
  for (const action of rows) {
    if (action.method !== method) continue;
    const match = action.pattern.exec(path);
    if (match !== null) return { action, object: match[1] ?? '' };
  }
  return { action: unknown, object: '' };
}

/** Every name that an action can have. */
export const actionNames: readonly string[] = [
  ...new Set([...rows.map(({ name }) => name), unknown.name]),
];
