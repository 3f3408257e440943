/** Reads a Policy of audit.k8s.io/v1. What an API server refuses or only warns of is an error here. */
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import {
  auditLevels,
  auditStages,
  type GroupResources,
  type Policy,
  type PolicyRule,
} from './policy.ts';
import { PolicyError, type PolicyProblem } from './problem.ts';
import {
  choicesAt,
  flagAt,
  mapsAt,
  nodeAt,
  type Reading,
  refuseUnknownKeys,
  textIn,
  textsAt,
} from './yaml-reader.ts';

/** @throws PolicyError with every problem, each with line and column; `path` is for its message */
export function parsePolicy(path: string, text: string): Policy {
  const lineCounter = new LineCounter();
  // In the failsafe schema every scalar is text.
  const document = parseDocument(text, { lineCounter, schema: 'failsafe', prettyErrors: false });
  const problems: PolicyProblem[] = [];
  const reportAt = (offset: number, message: string): void => {
    const { line, col } = lineCounter.linePos(offset);
    problems.push({ line, column: col, message });
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    reportAt(pos[0], message);
  }
  const report = (node: Node | null | undefined, message: string): void => {
    reportAt(node?.range?.[0] ?? 0, message);
  };
  const root = document.contents;
  if (!isMap(root)) report(root, 'expected a Policy of audit.k8s.io/v1');
  const lineOf = (node: Node): number => lineCounter.linePos(node.range?.[0] ?? 0).line;
  const policy = isMap(root) ? readPolicy({ map: root, report }, lineOf) : undefined;
  if (policy === undefined || problems.length > 0) throw new PolicyError(path, problems);
  return policy;
}

type LineOf = (node: Node) => number;

const policyKeys = ['apiVersion', 'kind', 'metadata', 'omitStages', 'omitManagedFields', 'rules'];
const ruleKeys = [
  ...['level', 'users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs'],
  ...['omitStages', 'omitManagedFields'],
];

function readPolicy(reading: Reading, lineOf: LineOf): Policy {
  const { report, map } = reading;
  refuseUnknownKeys(reading, policyKeys);
  for (const [key, value] of [
    ['apiVersion', 'audit.k8s.io/v1'],
    ['kind', 'Policy'],
  ] as const) {
    const node = nodeAt(reading, key);
    if (textIn(node) !== value) report(node ?? map, `${key}: expected ${value}`);
  }
  const before = commentBeforeFirst(nodeAt(reading, 'rules'));
  const rules = mapsAt(reading, 'rules', (rule) => readRule(rule, lineOf));
  if (rules.length === 0) report(nodeAt(reading, 'rules') ?? map, 'rules: expected at least one');
  return {
    omitStages: choicesAt(reading, 'omitStages', auditStages),
    omitManagedFields: flagAt(reading, 'omitManagedFields') ?? false,
    rules: rules.map((rule, at) => (at === 0 ? { ...rule, reason: rule.reason || before } : rule)),
  };
}

/** A comment before the first rule belongs, to the parser, to the list. */
function commentBeforeFirst(rules: Node | undefined): string {
  return isSeq(rules) ? oneLine(rules.commentBefore) : '';
}

function readRule(reading: Reading, lineOf: LineOf): PolicyRule {
  const { report, map } = reading;
  refuseUnknownKeys(reading, ruleKeys);
  const [level] = auditLevels.filter((known) => known === textIn(nodeAt(reading, 'level')));
  if (level === undefined) {
    report(nodeAt(reading, 'level') ?? map, `level: expected one of ${auditLevels.join(', ')}`);
  }
  const rule: PolicyRule = {
    level: level ?? 'Metadata',
    users: textsAt(reading, 'users'),
    userGroups: textsAt(reading, 'userGroups'),
    verbs: textsAt(reading, 'verbs'),
    resources: mapsAt(reading, 'resources', readResources),
    namespaces: textsAt(reading, 'namespaces'),
    nonResourceURLs: textsAt(reading, 'nonResourceURLs'),
    omitStages: choicesAt(reading, 'omitStages', auditStages),
    omitManagedFields: flagAt(reading, 'omitManagedFields'),
    line: lineOf(map),
    reason: oneLine(map.commentBefore),
  };
  checkPaths(rule, reading);
  return rule;
}

function readResources(reading: Reading): GroupResources {
  refuseUnknownKeys(reading, ['group', 'resources', 'resourceNames']);
  const group = textIn(nodeAt(reading, 'group')) ?? '';
  const resources = textsAt(reading, 'resources');
  const resourceNames = textsAt(reading, 'resourceNames');
  if (group !== '*' && !/^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)?$/.test(group)) {
    reading.report(nodeAt(reading, 'group'), 'group: expected a name without a version, or *');
  }
  if (resourceNames.length > 0 && resources.length === 0) {
    reading.report(nodeAt(reading, 'resourceNames'), 'resourceNames: name the resources, too');
  }
  return { group, resources, resourceNames };
}

function checkPaths(rule: PolicyRule, reading: Reading): void {
  const { nonResourceURLs: paths, resources, namespaces } = rule;
  const node = nodeAt(reading, 'nonResourceURLs');
  if (paths.some((path) => path !== '*' && !/^\/[^*]*\*?$/.test(path))) {
    reading.report(node, 'nonResourceURLs: expected paths; a * may stand at their end');
  }
  if (paths.length > 0 && resources.length + namespaces.length > 0) {
    reading.report(node, 'nonResourceURLs: a rule is about paths or about resources, not both');
  }
}

function oneLine(comment: string | null | undefined): string {
  return (comment ?? '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}
