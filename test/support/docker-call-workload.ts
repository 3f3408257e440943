/** Calls of Docker's API by two users, and what has to be on record of each. */
import { type DockerAnswer } from './docker-tls.ts';
import { type DockerCall } from './docker-client.ts';

export interface ExpectedCall {
  readonly user: string;
  readonly action: string;
  readonly outcome: 'success' | 'failure' | 'unknown';
}

export type CallAs = (user: string, call: DockerCall) => Promise<DockerAnswer>;

const busybox = '/bin/busybox';

/** What to do with a container, a network and a volume of this name; `tar` has the image. */
export async function callEverything(
  callAs: CallAs,
  name: string,
  tar: Buffer,
): Promise<readonly ExpectedCall[]> {
  const expected: ExpectedCall[] = [];
  const as =
    (user: string) =>
    async (
      [action, outcome]: readonly [string, ExpectedCall['outcome']],
      method: DockerCall['method'],
      path: string,
      body?: unknown,
    ): Promise<string> => {
      const { text } = await callAs(user, { method, path, body });
      expected.push({ user, action, outcome });
      return text;
    };
  const [alice, bob] = [as('alice'), as('bob')];
  const image = `${name}-image:1`;
  await alice(
    ['image.create', 'unknown'],
    'POST',
    `/images/create?fromSrc=-&repo=${name}-image&tag=1`,
    tar,
  );
  // Nobody listens there: a pull that fails.
  await bob(['image.create', 'failure'], 'POST', '/images/create?fromImage=127.0.0.1:1/none&tag=1');
  await alice(['network.create', 'success'], 'POST', '/networks/create', {
    ...{ Name: `${name}-net`, Driver: 'bridge', Internal: true },
  });
  await alice(['volume.create', 'success'], 'POST', '/volumes/create', { Name: `${name}-volume` });
  await bob(['container.create', 'success'], 'POST', `/v1.41/containers/create?name=${name}-root`, {
    ...{ Image: image, Entrypoint: [busybox], Cmd: ['sleep', '600'] },
    Env: ['PASSWORD=planted-in-the-environment'],
    HostConfig: { Privileged: true, Binds: ['/:/host'], NetworkMode: 'none' },
  });
  await bob(['container.create', 'failure'], 'POST', '/containers/create', {
    Image: 'no-such-image:1',
  });
  await alice(['container.create', 'success'], 'POST', `/containers/create?name=${name}`, {
    ...{ Image: image, Entrypoint: [busybox], Cmd: ['sleep', '600'] },
    HostConfig: { NetworkMode: 'none' },
  });
  await alice(['container.start', 'success'], 'POST', `/containers/${name}/start`);
  const exec = await bob(['exec.create', 'success'], 'POST', `/containers/${name}/exec`, {
    Cmd: [busybox, 'sh', '-c', 'true', '--token', 'planted-in-the-command'],
  });
  const { Id } = JSON.parse(exec) as { readonly Id: string };
  await bob(['exec.start', 'unknown'], 'POST', `/exec/${Id}/start`, { Detach: true });
  await alice(['container.stop', 'success'], 'POST', `/containers/${name}/stop?t=0`);
  await alice(['container.remove', 'success'], 'DELETE', `/containers/${name}`);
  await bob(['container.remove', 'failure'], 'DELETE', `/containers/${name}`);
  await bob(['container.remove', 'success'], 'DELETE', `/containers/${name}-root`);
  await alice(['network.remove', 'success'], 'DELETE', `/networks/${name}-net`);
  await alice(['volume.remove', 'success'], 'DELETE', `/volumes/${name}-volume`);
  await bob(['image.remove', 'success'], 'DELETE', `/images/${image}`);
  // Tools look all the time; what they look at is not on record, but for what should be watched.
  await callAs('bob', { method: 'GET', path: '/containers/json' });
  await bob(['secret.list', 'failure'], 'GET', '/secrets');
  return expected;
}
