/** What people write about the code is held to the code: links, settings, metrics, commands. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { createProgram } from '../cli/src/program.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...markdownIn('docs'),
  ...markdownIn('docs/decisions'),
];

/** What tests are told by the environment, as docs/testing.md names it. */
const testSettings = [
  ...['`AUDITSTREAM_FAULT_SEEDS`', '`AUDITSTREAM_FAULT_SECONDS`'],
  ...['`AUDITSTREAM_BENCH_RUNS`', '`AUDITSTREAM_BENCH_SECONDS`'],
  ...['`AUDITSTREAM_HOSTILE_INPUTS`', '`AUDITSTREAM_HOSTILE_SEED`'],
].join(' ');

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what there is', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it('names settings and metrics that there are', () => {
    const known = read('docs/settings.md') + read('docs/metrics.md') + testSettings;
    const named = text.match(/\b(?:AUDITSTREAM|auditstream)_\w*[a-zA-Z]\b/g) ?? [];
    expect([...new Set(named)].filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });

  it('names commands that there are', () => {
    const program = createProgram(new AbortController().signal);
    const named = [...text.matchAll(/npx auditstream ([a-z-]+)(?: ([a-z]+)\b(?!\/))?/g)];
    const unknown = named.filter(([, first = '', second]) => !isCommand(program, first, second));
    expect(unknown.map(([all]) => all)).toEqual([]);
  });
});

function markdownIn(folder: string): readonly string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isCommand(program: Command, first: string, second: string | undefined): boolean {
  const command = program.commands.find((candidate) => candidate.name() === first);
  if (command === undefined || command.commands.length === 0) return command !== undefined;
  return command.commands.some((candidate) => candidate.name() === second);
}
