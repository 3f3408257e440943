/** Looks for planted secrets in everything that Auditstream keeps or says. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { plantedSecrets } from '@auditstream/item/testing/planted';
import { type OpenSearch } from '../../cli/src/adapters/opensearch.ts';
import { type TestPipeline } from './pipeline.ts';

/** A secret where it must not be, with what stands around it. */
export interface Leak {
  readonly where: string;
  readonly around: string;
}

const page = 1_000;
const shownAtMost = 10;

/**
 * The texts that give a secret away, whatever spells it: as it is, in a URI, in JSON, in base64 at each of
 * the three places in which it may begin in a group, in hex. Those that hold another of them are left out.
 */
export function needlesOf(secrets: readonly string[]): readonly string[] {
  const all = [...new Set(secrets.flatMap(spellings))].sort((a, b) => a.length - b.length);
  return all.filter((text, at) => !all.slice(0, at).some((shorter) => text.includes(shorter)));
}

/** What gives the planted secrets away. */
export function plantedNeedles(): readonly string[] {
  return needlesOf(plantedSecrets.map(({ core }) => core));
}

function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const based = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Letters at both ends depend on what stands beside.
    return text.slice(shift === 0 ? 0 : 4, Math.floor(text.length / 4) * 4 - 4);
  });
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), json, bytes.toString('hex'), ...based];
}

/** Searches a text; undefined where nothing is in it. */
export function leakIn(text: string, needles: readonly string[]): string | undefined {
  const needle = needles.find((candidate) => text.includes(candidate));
  if (needle === undefined) return undefined;
  const at = text.indexOf(needle);
  return text.slice(Math.max(0, at - 120), at + needle.length + 40);
}

/** Searches all files below a folder: the spool, state and logs of services, the segments of Kafka. */
export async function leaksInFolder(
  folder: string,
  needles: readonly string[],
): Promise<readonly Leak[]> {
  const leaks: Leak[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Engines remove files while they work.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const around = leakIn(bytes.toString('latin1'), needles);
    if (around !== undefined) leaks.push({ where: relative(folder, path), around });
  }
  return leaks;
}

/** Searches every document of Auditstream's. */
export async function leaksInDocuments(
  openSearch: OpenSearch,
  needles: readonly string[],
): Promise<readonly Leak[]> {
  await openSearch.refresh('audit-*');
  const leaks: Leak[] = [];
  for (let after: readonly unknown[] | undefined; ;) {
    const hits = await openSearch.search('audit-*', {
      size: page,
      sort: [{ _id: 'asc' }],
      query: { match_all: {} },
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const hit of hits) {
      const around = leakIn(JSON.stringify(hit), needles);
      if (around !== undefined) leaks.push({ where: `document ${hit._id}`, around });
    }
    if (hits.length < page) return leaks.slice(0, shownAtMost);
    after = hits.at(-1)?.sort;
  }
}

/** Searches the engines' files (Kafka's segments among them), the services' (state, spool, logs) and OpenSearch. */
export async function leaksAnywhere(
  { folders, openSearch }: Pick<TestPipeline, 'folders' | 'openSearch'>,
  needles: readonly string[],
): Promise<readonly Leak[]> {
  return [
    ...(await leaksInFolder(enginesFolder(), needles)),
    ...(await leaksInFolder(folders.data, needles)),
    ...(await leaksInDocuments(openSearch, needles)),
  ];
}

function enginesFolder(): string {
  const folder = process.env['AUDITSTREAM_TEST_ENGINES_DIR'];
  if (folder !== undefined && folder !== '') return folder;
  throw new Error('AUDITSTREAM_TEST_ENGINES_DIR is not set: run this stage by npm test.');
}
