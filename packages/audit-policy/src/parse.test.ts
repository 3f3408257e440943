import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from './parse.ts';
import { PolicyError } from './problem.ts';

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('a policy', () => {
  it('is read with its defaults, and where each rule begins and why', () => {
    const text = `${head}omitStages: [RequestReceived]
omitManagedFields: true
rules:
  # Noise of
  # the nodes.
  - level: None
    userGroups: ["system:nodes"]
    verbs: [get]
    resources:
      - group: ""
        resources: [nodes, "nodes/*"]
        resourceNames: [a]
  # All the rest.
  - level: Metadata
    omitManagedFields: false
    omitStages: [Panic]
    nonResourceURLs: ["*", /healthz*]
`;
    const nothing = { users: [], userGroups: [], verbs: [], resources: [], namespaces: [] };
    expect(parsePolicy('p.yaml', text)).toEqual({
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
      rules: [
        {
          ...nothing,
          level: 'None',
          userGroups: ['system:nodes'],
          verbs: ['get'],
          resources: [{ group: '', resources: ['nodes', 'nodes/*'], resourceNames: ['a'] }],
          nonResourceURLs: [],
          omitStages: [],
          omitManagedFields: null,
          line: 8,
          reason: 'Noise of the nodes.',
        },
        {
          ...nothing,
          level: 'Metadata',
          nonResourceURLs: ['*', '/healthz*'],
          omitStages: ['Panic'],
          omitManagedFields: false,
          line: 16,
          reason: 'All the rest.',
        },
      ],
    });
  });

  it.each([
    ['no map', '- a\n', 'p:1:1: expected a Policy of audit.k8s.io/v1'],
    [
      'another version',
      'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]\n',
      'p:1:13: apiVersion: expected audit.k8s.io/v1',
    ],
    ['no rules', head, 'p:1:1: rules: expected at least one'],
    [
      'no level',
      `${head}rules:\n  - users: [a]\n`,
      'p:4:5: level: expected one of None, Metadata, Request, RequestResponse',
    ],
    ['a level that there is not', `${head}rules:\n  - level: All\n`, 'p:4:12: level:'],
    [
      'a key that there is not',
      `${head}rules:\n  - level: None\n    user: a\n`,
      'p:5:5: unknown key user; there are level, users',
    ],
    [
      'a text for a list',
      `${head}rules:\n  - level: None\n    verbs: get\n`,
      'p:5:12: verbs: expected a list of texts',
    ],
    [
      'a stage that there is not',
      `${head}omitStages: [Begun]\nrules: [{level: None}]\n`,
      'p:3:13: omitStages: expected some of RequestReceived',
    ],
    [
      'a group with a version',
      `${head}rules:\n  - level: None\n    resources: [{group: apps/v1}]\n`,
      'p:5:25: group: expected a name without a version',
    ],
    [
      'names without resources',
      `${head}rules:\n  - level: None\n    resources: [{group: "", resourceNames: [a]}]\n`,
      'p:5:44: resourceNames: name the resources, too',
    ],
    [
      'a path that is none',
      `${head}rules:\n  - level: None\n    nonResourceURLs: [healthz]\n`,
      'p:5:22: nonResourceURLs: expected paths',
    ],
    [
      'a star inside a path',
      `${head}rules:\n  - level: None\n    nonResourceURLs: [/a*/b]\n`,
      'p:5:22: nonResourceURLs: expected paths',
    ],
    [
      'paths and resources',
      `${head}rules:\n  - level: None\n    namespaces: [a]\n    nonResourceURLs: [/a]\n`,
      'p:6:22: nonResourceURLs: a rule is about paths or about resources',
    ],
    [
      'no flag',
      `${head}omitManagedFields: maybe\nrules: [{level: None}]\n`,
      'p:3:20: omitManagedFields: expected true or false',
    ],
    [
      'a repeated key',
      `${head}rules: [{level: None}]\nrules: []\n`,
      'p:4:1: Map keys must be unique',
    ],
  ])('with %s is refused with its place', (_what, text, message) => {
    expect(() => parsePolicy('p', text)).toThrow(PolicyError);
    expect(() => parsePolicy('p', text)).toThrow(message);
  });
});
