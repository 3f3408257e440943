/** What a policy says of a request (k8s.io/apiserver, pkg/audit/policy/checker.go). */
import { type RequestAttributes, type ResourceTarget } from './attributes.ts';
import {
  type AuditLevel,
  type AuditStage,
  type GroupResources,
  type Policy,
  type PolicyRule,
} from './policy.ts';

export interface Decision {
  /** Position of the rule that decides, from 0; null where none fits, for which API servers record nothing. */
  readonly rule: number | null;
  readonly level: AuditLevel;
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

export function decide(policy: Policy, request: RequestAttributes): Decision {
  const at = policy.rules.findIndex((rule) => fits(rule, request));
  const rule = policy.rules[at];
  const { omitStages, omitManagedFields } = policy;
  if (rule === undefined) return { rule: null, level: 'None', omitStages, omitManagedFields };
  return {
    rule: at,
    level: rule.level,
    omitStages: [...new Set([...omitStages, ...rule.omitStages])],
    omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
  };
}

function fits(rule: PolicyRule, { user, verb, target }: RequestAttributes): boolean {
  if (rule.users.length > 0 && !(user !== null && rule.users.includes(user.name))) return false;
  if (rule.userGroups.length > 0 && !isInGroup(rule.userGroups, user)) return false;
  if (!isNamed(rule.verbs, verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    return target.type === 'resource' && fitsResource(rule, target);
  }
  if (rule.nonResourceURLs.length === 0) return true;
  return target.type === 'path' && rule.nonResourceURLs.some((url) => fitsPath(url, target.path));
}

function isInGroup(groups: readonly string[], user: RequestAttributes['user']): boolean {
  return user !== null && user.groups.some((group) => groups.includes(group));
}

/** An empty list names everything. */
function isNamed(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function fitsResource(rule: PolicyRule, target: ResourceTarget): boolean {
  if (!isNamed(rule.namespaces, target.namespace)) return false;
  return rule.resources.length === 0 || rule.resources.some((some) => includes(some, target));
}

function includes({ group, resources, resourceNames }: GroupResources, target: ResourceTarget) {
  if (group !== '*' && group !== target.group) return false;
  if (resources.length === 0) return true;
  return (
    isNamed(resourceNames, target.name) && resources.some((pattern) => isResource(pattern, target))
  );
}

function isResource(pattern: string, { resource, subresource }: ResourceTarget): boolean {
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  if (pattern === '*' || pattern === whole) return true;
  if (subresource !== '' && pattern === `*/${subresource}`) return true;
  return pattern === `${resource}/*`;
}

function fitsPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}
