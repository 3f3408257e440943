import { describe, expect, it } from '@jest/globals';
import { routeOf } from './actions.ts';
import { targetOf } from './target.ts';

function named(method: string, uri: string): string {
  const { action, object } = routeOf(method, targetOf(uri).path);
  return `${action.name} ${object}`.trim();
}

describe('a call', () => {
  it.each([
    ['POST', '/v1.41/containers/create?name=web', 'container.create'],
    ['POST', '/containers/create', 'container.create'],
    ['POST', '/containers%2fcreate', 'container.create'],
    ['POST', 'http://docker/v1.24/containers/a%2Fb/start', 'container.start a/b'],
    ['POST', '/v1.41/containers/web/exec', 'exec.create web'],
    ['POST', '/exec/0123/start', 'exec.start 0123'],
    [
      'DELETE',
      '/images/registry.example:5000/team/app:1',
      'image.remove registry.example:5000/team/app:1',
    ],
    ['POST', '/images/registry.example/app/push', 'image.push registry.example/app'],
    ['GET', '/images/app/get', 'image.export app'],
    ['GET', '/images/get?names=a', 'image.export'],
    ['GET', '/networks', 'network.list'],
    ['GET', '/networks/', 'network.list'],
    ['DELETE', '/containers/web/checkpoints/one', 'container.checkpoint.delete web'],
    ['HEAD', '/_ping', 'system.ping'],
    ['GET', '/containers/create', 'unknown.call'],
    ['POST', '/containers/web/startx', 'unknown.call'],
    ['GET', '/debug/pprof/heap', 'unknown.call'],
  ])('%s %s is %s', (method, uri, expected) => {
    expect(named(method, uri)).toBe(expected);
  });

  it.each([
    ['GET', '/containers/json', 'look'],
    ['GET', '/secrets', 'sight'],
    ['GET', '/configs/x', 'sight'],
    ['GET', '/swarm/unlockkey', 'sight'],
    ['GET', '/containers/web/logs', 'sight'],
    ['GET', '/containers/web/archive?path=/etc', 'sight'],
    ['GET', '/containers/web/attach/ws', 'sight'],
    ['GET', '/nobody/knows', 'change'],
    ['POST', '/containers/prune', 'change'],
  ])('%s %s is a %s', (method, uri, manner) => {
    expect(routeOf(method, targetOf(uri).path).action.manner).toBe(manner);
  });

  it('with an escape that is none is taken as it is', () => {
    expect(targetOf('/containers/%zz/start').path).toBe('/containers/%zz/start');
  });
});
