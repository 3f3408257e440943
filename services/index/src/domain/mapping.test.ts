import { describe, expect, it } from '@jest/globals';
import { renderFieldsPage } from './fields-page.ts';
import { documentKinds, renderTemplates } from './mapping.ts';

interface Template {
  readonly index_patterns: readonly string[];
  readonly template: {
    readonly mappings: { readonly dynamic: boolean; readonly properties: object };
    readonly aliases?: object;
  };
}

const templates = new Map(
  [...renderTemplates()].map(([path, content]) => [path, JSON.parse(content) as Template]),
);

describe('renderTemplates', () => {
  it('gives one template for each kind of document', () => {
    expect([...templates.keys()]).toEqual([
      'infra/opensearch/templates/audit-events.json',
      'infra/opensearch/templates/audit-detections.json',
      'infra/opensearch/templates/audit-dead-letters.json',
      'infra/opensearch/templates/audit-repeats.json',
    ]);
  });

  it('lets nobody add fields, and keeps repeats out of every alias', () => {
    for (const { template } of templates.values()) expect(template.mappings.dynamic).toBe(false);
    expect(
      [...templates.values()].map(({ template }) => Object.keys(template.aliases ?? {})),
    ).toEqual([['audit-events'], ['audit-detections'], ['audit-dead-letters'], []]);
  });

  it('points every alias field at a field', () => {
    for (const { fields, aliases } of documentKinds) {
      const names = new Set(fields.map(({ name }) => name));
      expect(aliases.filter(({ path }) => !names.has(path))).toEqual([]);
    }
  });

  it('has fewer than 250 fields of a kind', () => {
    for (const { fields, aliases } of documentKinds) {
      expect(fields.length + aliases.length).toBeLessThan(250);
    }
  });

  it('gives one name one type everywhere', () => {
    const types = new Map<string, Set<string>>();
    for (const { name, type } of documentKinds.flatMap(({ fields }) => fields)) {
      types.set(name, (types.get(name) ?? new Set()).add(type.replace('long-', '')));
    }
    expect([...types].filter(([, found]) => found.size > 1)).toEqual([]);
  });
});

describe('renderFieldsPage', () => {
  it('has a row for every field and every alias', () => {
    const page = renderFieldsPage();
    for (const { fields, aliases } of documentKinds) {
      for (const { name, doc } of fields) {
        expect(page).toContain(`| \`${name}\` |`);
        expect(doc).toMatch(/\.$/);
      }
      for (const { name } of aliases) expect(page).toContain(`| \`${name}\` |`);
    }
  });
});
