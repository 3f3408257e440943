import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkPacks, type Pack, type PackProblem, type RuleFile } from '../domain/check-packs.ts';
import { checkManifest, type PackManifest } from '../domain/pack-manifest.ts';
import { type PackRule } from '../domain/pack-rule.ts';
import { badPacks } from '../errors.ts';

const manifestName = 'pack.yaml';

/** What a folder of packs holds, and what in it cannot be taken as a pack. */
export interface FoundPacks {
  readonly packs: readonly Pack[];
  readonly problems: readonly PackProblem[];
}

/**
 * The rules that the packs in a folder publish, all checked.
 *
 * @throws RulesError 'bad-packs', which tells of everything that is wrong in any pack
 */
export async function loadRules(dir: string): Promise<readonly PackRule[]> {
  const found = await readPacks(dir);
  const { rules, problems } = checkPacks(found.packs);
  const all = [...found.problems, ...problems];
  if (all.length > 0) throw badPacks(all);
  return rules;
}

/**
 * Reads every pack in a folder: each folder in it that has a pack.yaml, names ascending. No pack at all
 * is a problem too, since it would switch off every rule. Rules themselves are not looked into.
 */
export async function readPacks(dir: string): Promise<FoundPacks> {
  const names = await listNames(dir);
  if (names === undefined) return problem(dir, 'expected a folder of packs that can be read');
  const found = await Promise.all(names.sort().map((name) => readPack(join(dir, name))));
  if (found.every((one) => one === undefined)) {
    return problem(dir, `expected at least one folder with a ${manifestName}`);
  }
  return {
    packs: found.flatMap((one) => one?.packs ?? []),
    problems: found.flatMap((one) => one?.problems ?? []),
  };
}

/** Undefined where the folder is none, or no pack. */
async function readPack(dir: string): Promise<FoundPacks | undefined> {
  const names = (await listNames(dir)) ?? [];
  if (!names.includes(manifestName)) return undefined;
  const path = join(dir, manifestName);
  const manifest = checkManifest(parseYaml(await readFile(path, 'utf8')));
  if (!('name' in manifest)) {
    return { packs: [], problems: manifest.map((message) => ({ where: path, message })) };
  }
  const problems = [...unlisted(manifest, names), ...missing(manifest, names)];
  if (problems.length > 0) {
    return { packs: [], problems: problems.map((message) => ({ where: path, message })) };
  }
  const { name, mode } = manifest;
  return { packs: [{ name, mode, files: await readRules(dir, manifest) }], problems: [] };
}

async function listNames(dir: string): Promise<string[] | undefined> {
  try {
    return await readdir(dir);
  } catch {
    return undefined;
  }
}

/** What is no YAML is no map either: the manifest's check says so. */
function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** A rule that lies beside the others without being named would silently never run. */
function unlisted({ rules }: PackManifest, names: readonly string[]): readonly string[] {
  const listed = new Set([manifestName, ...rules.map(({ file }) => file)]);
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !listed.has(name))
    .map(
      (name) => `${name} is in the folder but not in the list: add it, with publish true or false`,
    );
}

function missing({ rules }: PackManifest, names: readonly string[]): readonly string[] {
  return rules
    .filter(({ file }) => !names.includes(file))
    .map(({ file }) => `${file} is in the list but not in the folder`);
}

async function readRules(dir: string, { rules }: PackManifest): Promise<readonly RuleFile[]> {
  return Promise.all(
    rules.map(async ({ file, publish }) => {
      const path = join(dir, file);
      return { path, publish, text: await readFile(path, 'utf8') };
    }),
  );
}

function problem(where: string, message: string): FoundPacks {
  return { packs: [], problems: [{ where, message }] };
}
