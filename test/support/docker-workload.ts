/** What people and tools ask of a Docker Engine. */
import { callDocker, type DockerCall } from './docker-client.ts';

const busybox = '/bin/busybox';
const sleeping = { Image: 'audit-test:1', Entrypoint: [busybox], Cmd: ['sleep', '600'] };

/** One container from its creation to its removal, and a network and a volume beside it. */
export async function workOnContainer(socket: string, name: string): Promise<void> {
  const call = (method: DockerCall['method'], path: string, body?: unknown): Promise<string> =>
    callDocker(socket, { method, path, body });
  await call('POST', `/images/audit-test:1/tag?repo=audit-test&tag=${name}`);
  await call('POST', '/networks/create', { Name: `net-${name}`, Driver: 'bridge', Internal: true });
  await call('POST', '/volumes/create', { Name: `volume-${name}`, Labels: { team: 'ünï "x"' } });
  const mounts = [{ Type: 'volume', Source: `volume-${name}`, Target: '/data' }];
  const host = { NetworkMode: 'none', Mounts: mounts };
  await call('POST', `/containers/create?name=${name}`, { ...sleeping, HostConfig: host });
  await call('POST', `/containers/${name}/start`);
  await execIn(socket, name);
  await call('POST', `/containers/${name}/pause`);
  await call('POST', `/containers/${name}/unpause`);
  await call('POST', `/containers/${name}/rename?name=${name}-old`);
  await call('POST', `/containers/${name}-old/stop?t=0`);
  await call('DELETE', `/containers/${name}-old`);
  await call('DELETE', `/networks/net-${name}`);
  await call('DELETE', `/volumes/volume-${name}`);
  await call('DELETE', `/images/audit-test:${name}`);
}

async function execIn(socket: string, name: string): Promise<void> {
  const body = { Cmd: [busybox, 'sh', '-c', 'exit 3'], AttachStdout: true };
  const path = `/containers/${name}/exec`;
  const answer = await callDocker(socket, { method: 'POST', path, body });
  const { Id } = JSON.parse(answer) as { readonly Id: string };
  await callDocker(socket, { method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false } });
}
