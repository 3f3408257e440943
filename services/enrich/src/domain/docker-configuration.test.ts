import { describe, expect, it } from '@jest/globals';
import { dockerFindings } from './docker.ts';

const record = {
  Type: 'container',
  Action: 'inspect',
  Actor: { ID: 'c1', Attributes: { image: 'web:1', name: 'web' } },
  scope: 'local',
  timeNano: 0,
};

function findingsOf(event: object): ReturnType<typeof dockerFindings> {
  const body = Buffer.from(JSON.stringify(event));
  return dockerFindings({ body, event: JSON.parse(body.toString()) as never, time: 0 });
}

describe("a record of a container's configuration", () => {
  it('gives what a container was created with', () => {
    const { action, outcome, images, docker } = findingsOf({
      ...record,
      Command: ['/bin/web', '--port', '80'],
      Image: 'sha256:cd',
      RepoDigests: ['web@sha256:ef'],
      HostConfig: {
        ...{ Privileged: true, CapAdd: ['CAP_SYS_ADMIN'], CapDrop: null, PidMode: 'host' },
        ...{ NetworkMode: 'none', IpcMode: 'private', SecurityOpt: ['label=disable'] },
        ...{ Devices: [{ PathOnHost: '/dev/kvm', PathInContainer: '/dev/kvm' }] },
        RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
      },
      Mounts: [
        { Type: 'bind', Source: '/etc', Destination: '/hostetc', RW: false },
        { Type: 'volume', Name: 'vol', Source: '/var/lib/vol', Destination: '/data', RW: true },
      ],
      Config: { User: '1000:1000', Env: ['PASS=[redacted]', 'EMPTY='] },
    });
    expect({ action, outcome, images }).toEqual({
      ...{ action: 'inspect', outcome: 'success', images: ['web:1'] },
    });
    expect(docker?.configuration).toEqual({
      notInspected: null,
      imageId: 'sha256:cd',
      imageDigests: ['web@sha256:ef'],
      privileged: true,
      capabilitiesAdded: ['CAP_SYS_ADMIN'],
      capabilitiesDropped: [],
      securityOptions: ['label=disable'],
      devices: ['/dev/kvm'],
      mounts: ['bind:/etc:/hostetc:ro', 'volume:vol:/data:rw'],
      ...{ networkMode: 'none', pidMode: 'host', ipcMode: 'private', user: '1000:1000' },
      environmentNames: ['PASS', 'EMPTY'],
      restartPolicy: 'always',
      command: '/bin/web --port 80',
    });
  });

  it('fails where there is none', () => {
    const { outcome, reason, docker } = findingsOf({ ...record, NotInspected: 'gone' });
    expect({ outcome, reason }).toEqual({ outcome: 'failure', reason: 'gone' });
    expect(docker?.configuration).toMatchObject({ notInspected: 'gone', privileged: null });
  });

  it('is read from nothing else, and stands any types', () => {
    const host = { HostConfig: { Privileged: true, CapAdd: 1, Devices: [1] }, Mounts: {} };
    expect(findingsOf({ ...record, Action: 'create', ...host }).docker?.configuration).toBeNull();
    expect(findingsOf({ ...record, ...host }).docker?.configuration).toMatchObject({
      ...{ privileged: true, capabilitiesAdded: [], devices: [], mounts: [] },
    });
  });
});

describe('an event of every kind', () => {
  it.each([
    ['container', 'exec_create: /bin/ls /', 'c1', 'success'],
    ['container', 'exec_detach', 'c1', 'success'],
    ['container', 'oom', 'c1', 'failure'],
    ['container', 'checkpoint', 'c1', 'success'],
    ['image', 'pull', 'web:1', 'success'],
    ['image', 'prune', '', 'success'],
    ['network', 'disconnect', 'n1', 'success'],
    ['volume', 'mount', 'pgdata', 'success'],
    ['daemon', 'reload', 'HRYJ:POJY', 'success'],
    ['plugin', 'enable', 'p1', 'success'],
    ['service', 'update', 's1', 'success'],
    ['node', 'remove', 'node1', 'success'],
    ['secret', 'create', 'secret1', 'success'],
    ['config', 'remove', 'config1', 'success'],
    ['builder', 'prune', '', 'success'],
  ])('%s %s has action, object and outcome', (Type, Action, ID, expected) => {
    const event = { Type, Action, Actor: { ID, Attributes: { name: 'x' } }, scope: 'swarm' };
    const { action, object, outcome } = findingsOf(event);
    expect({ action, outcome }).toEqual({ action: Action, outcome: expected });
    expect(object).toMatchObject({ type: Type, name: 'x', id: ID || null });
  });
});
