import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRules, readPacks } from './pack-files.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'auditstream-packs-'));
});

afterEach(() => rm(dir, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

const manifest = 'name: one\nrules:\n  - { file: a.yml, publish: true }\n';

describe('readPacks', () => {
  it('reads each folder that has a manifest, names ascending, and passes over others', async () => {
    await write({
      'b/pack.yaml': manifest.replace('one', 'two').replace('true', 'false, reason: none'),
      'b/a.yml': 'text b',
      'a/pack.yaml': `mode: shadow\nlicence: MIT\n${manifest}`,
      'a/a.yml': 'text a',
      'a/LICENSE': 'MIT',
      'notes/README.md': 'no pack',
      'README.md': 'no folder',
    });
    expect(await readPacks(dir)).toEqual({
      packs: [
        {
          ...{ name: 'one', mode: 'shadow' },
          files: [{ path: join(dir, 'a/a.yml'), publish: true, text: 'text a' }],
        },
        {
          ...{ name: 'two', mode: 'enforce' },
          files: [{ path: join(dir, 'b/a.yml'), publish: false, text: 'text b' }],
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['no pack', { 'README.md': '' }, /at least one folder with a pack.yaml/],
    ['a manifest that is no YAML', { 'p/pack.yaml': '[' }, /expected a map/],
    [
      'a rule that is not listed',
      { 'p/pack.yaml': manifest, 'p/a.yml': '', 'p/b.yml': '' },
      /b\.yml/,
    ],
    ['a listed rule that is not there', { 'p/pack.yaml': manifest }, /a\.yml is in the list/],
    ['no name', { 'p/pack.yaml': 'rules: []' }, /expected 'name'/],
    ['another mode', { 'p/pack.yaml': 'name: p\nmode: page\nrules: []' }, /expected 'mode'/],
    ['no rules', { 'p/pack.yaml': 'name: p' }, /expected 'rules'/],
    [
      'a file outside of the folder',
      { 'p/pack.yaml': 'name: p\nrules: [{ file: ../a.yml, publish: true }]' },
      /rules\[0\]: expected 'file'/,
    ],
    [
      'no reason',
      { 'p/pack.yaml': 'name: p\nrules: [{ file: a.yml, publish: false }]' },
      /rules\[0\]: expected 'reason'/,
    ],
  ])('says what is wrong: %s', async (_, files: Readonly<Record<string, string>>, message) => {
    await write(files);
    const { packs, problems } = await readPacks(dir);
    expect(packs).toEqual([]);
    expect(problems).toEqual([
      { where: expect.any(String), message: expect.stringMatching(message) },
    ]);
  });

  it('says that the folder is missing', async () => {
    const { problems } = await readPacks(join(dir, 'none'));
    expect(problems).toEqual([
      { where: join(dir, 'none'), message: 'expected a folder of packs that can be read' },
    ]);
  });
});

describe('loadRules', () => {
  it('takes the packs that ship', async () => {
    const rules = await loadRules(fileURLToPath(new URL('../../../../rules', import.meta.url)));
    expect(rules.filter(({ pack }) => pack === 'sigmahq-kubernetes-audit')).toHaveLength(11);
  });

  it('tells of everything that is wrong in any pack at once', async () => {
    await write({ 'a/pack.yaml': manifest, 'a/a.yml': 'title: A\n', 'b/pack.yaml': 'name: b' });
    await expect(loadRules(dir)).rejects.toMatchObject({
      code: 'bad-packs',
      message: expect.stringMatching(
        /^2 things are wrong in the packs, nothing is published:\n.*b\/pack\.yaml: .*\n.*a\/a\.yml:1:1: /,
      ),
    });
  });
});
