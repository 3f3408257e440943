import { createHash } from 'node:crypto';
import { type DetectionMode } from '@auditstream/events/generated/types';
import { compileRule } from '@auditstream/sigma/compile';
import { SigmaError } from '@auditstream/sigma/error';
import { parseRule } from '@auditstream/sigma/parse';
import { type SigmaRule } from '@auditstream/sigma/rule';
import { type PackRule } from './pack-rule.ts';

/** A rule's file as it was found. */
export interface RuleFile {
  /** For messages. */
  readonly path: string;
  readonly text: string;
  readonly publish: boolean;
}

export interface Pack {
  readonly name: string;
  readonly mode: DetectionMode;
  readonly files: readonly RuleFile[];
}

/** What is wrong with a pack: `where` is path, or path:line:column. */
export interface PackProblem {
  readonly where: string;
  readonly message: string;
}

/** The rules to publish, and everything that is wrong. Where anything is, nothing may be published. */
export interface CheckedPacks {
  readonly rules: readonly PackRule[];
  readonly problems: readonly PackProblem[];
}

/** Letters and digits first; no slash: it parts id and version in the key of audit.rules. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Checks every rule of every pack, the unpublished ones too: each must be good and have an id of its own. */
export function checkPacks(packs: readonly Pack[]): CheckedPacks {
  const checked = packs.flatMap((pack) => pack.files.map((file) => checkFile(pack, file)));
  const good = checked.filter((result) => result.ok);
  const bad = checked.filter((result) => !result.ok);
  return {
    rules: good.filter(({ file }) => file.publish).map(({ rule }) => rule),
    problems: [...bad.map(({ problem }) => problem), ...repeatedIds(good)],
  };
}

type GoodFile = { readonly ok: true; readonly file: RuleFile; readonly rule: PackRule };
type BadFile = { readonly ok: false; readonly problem: PackProblem };

function checkFile(pack: Pack, file: RuleFile): GoodFile | BadFile {
  try {
    const rule = parseRule(file.text);
    compileRule(rule);
    const id = rule.id;
    if (id === undefined || !idPattern.test(id)) return badId(file, id);
    return { ok: true, file, rule: packRule(pack, file.text, { ...rule, id }) };
  } catch (error) {
    if (!(error instanceof SigmaError)) throw error;
    const where = `${file.path}:${error.line}:${error.column}`;
    return { ok: false, problem: { where, message: error.message } };
  }
}

function badId(file: RuleFile, id: string | undefined): BadFile {
  const found = id === undefined ? 'none' : JSON.stringify(id);
  const expected = "expected 'id' of at most 128 letters, digits, '.', '_' and '-' (best a UUID)";
  return { ok: false, problem: { where: file.path, message: `${expected}, found ${found}` } };
}

function packRule(pack: Pack, text: string, rule: SigmaRule & { readonly id: string }): PackRule {
  const digest = createHash('sha256').update(text).digest('hex');
  const { id, title, level } = rule;
  return { id, title, level, mode: pack.mode, text, digest, pack: pack.name };
}

function repeatedIds(files: readonly GoodFile[]): readonly PackProblem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ file, rule }) => {
    const other = first.get(rule.id);
    if (other !== undefined) {
      return [
        { where: file.path, message: `the id ${rule.id} is that of ${other}: give it its own` },
      ];
    }
    first.set(rule.id, file.path);
    return [];
  });
}
