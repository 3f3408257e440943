import { describe, expect, it } from '@jest/globals';
import { sampleDockerEvent, sampleEvent } from '../samples.ts';
import { categorize } from './ecs-category.ts';

describe('categorize', () => {
  it.each([
    ['list', 'secrets', null, 'configuration', ['access']],
    ['create', 'clusterrolebindings', null, 'iam', ['creation']],
    ['patch', 'deployments', 'scale', 'configuration', ['change']],
    ['deletecollection', 'events', null, 'configuration', ['deletion']],
    ['get', 'pods', 'exec', 'process', ['access']],
    ['create', 'serviceaccounts', 'token', 'authentication', ['creation']],
    ['options', 'pods', null, 'configuration', ['info']],
  ] as const)('%s %s/%s', (...row) => {
    const [action, type, subresource, category, types] = row;
    const object = { type, subresource, ...noMore };
    expect(categorize({ ...sampleEvent, action, object }, action)).toEqual({
      category: [category],
      type: types,
    });
  });

  it.each([
    ['allow', 'allowed'],
    ['forbid', 'denied'],
  ])('says what the authorizer decided: %s', (decision, expected) => {
    const annotations = { 'authorization.k8s.io/decision': decision };
    const event = { ...sampleEvent, kubernetes: { ...sampleEvent.kubernetes, annotations } };
    expect(categorize(event, 'get').type).toEqual(['access', expected]);
  });

  it.each([
    ['start', 'start'],
    ['die', 'end'],
    ['archive-path', 'access'],
    ['rename', 'change'],
    ['commit', 'creation'],
    ['push', 'access'],
    ['health_status', 'info'],
    ['container.inspect', 'access'],
  ])('Docker %s: %s', (action, expected) => {
    expect(categorize(sampleDockerEvent, action)).toEqual({
      category: ['process'],
      type: [expected],
    });
  });
});

describe('categorize of the configuration of a container', () => {
  it('is information, as nobody looked at anything', () => {
    const action = 'inspect';
    const docker = { ...sampleDockerEvent.docker, configuration: {} };
    const event = { ...sampleDockerEvent, action, docker } as typeof sampleDockerEvent;
    expect(categorize(event, action).type).toEqual(['info']);
  });
});

describe('categorize of a notice', () => {
  it('is information about the configuration of auditing', () => {
    const event = { ...sampleEvent, source: 'auditstream', kubernetes: null } as const;
    const expected = { category: ['configuration'], type: ['info'] };
    expect(categorize(event, 'source-gap')).toEqual(expected);
  });
});

const noMore = { group: null, version: 'v1', namespace: null, name: null, id: null };
