import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedSchema, fullName } from './avro-schema.ts';
import { inlineSchema } from './inline-schema.ts';
import { renderType } from './schema-types.ts';

const notice = '// Generated from schemas/ by `npm run generate`. Do not edit.\n\n';

/** The generated files of packages/events: path below the project's root → content. */
export function renderEvents(named: ReadonlyMap<string, NamedSchema>): ReadonlyMap<string, string> {
  const types = [...named.values()].map(renderType).join('\n');
  const inlined = Object.fromEntries(
    [...named.entries()]
      .filter(([, schema]) => schema.type === 'record')
      .map(([name]) => [name, JSON.stringify(inlineSchema(name, named))]),
  );
  const folder = 'packages/events/src/generated';
  return new Map([
    [`${folder}/types.ts`, notice + types],
    [
      `${folder}/schemas.ts`,
      `${notice}/** Avro schemas by full name, as registered. */\n` +
        `export const schemas: Readonly<Record<string, string>> = ${JSON.stringify(inlined, null, 2)};\n`,
    ],
  ]);
}

/** The schemas of a folder by full name, in the order of the files' names. */
export function readSchemas(folder: string): ReadonlyMap<string, NamedSchema> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort();
  const schemas = files.map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as NamedSchema,
  );
  return new Map(schemas.map((schema) => [fullName(schema), schema]));
}
