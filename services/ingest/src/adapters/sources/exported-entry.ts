/** What sources have whose events a managed service exports. */
import { exportFormats } from '../../domain/export/export-format.ts';
import { type Exported } from '../../domain/sources.ts';
import { type Entry, nodeAt, requireText, type TextField } from './entry-fields.ts';

const formatField: TextField = {
  key: 'exported',
  expected: `the managed service that exports the events: ${exportFormats.join(', ')}`,
  test: (text) => exportFormats.some((format) => format === text),
};
const nameField: TextField = {
  key: 'exportedAs',
  expected: "the cluster's name in the export, as exported has to be given with it",
  test: (text) => text.trim() !== '',
};

export const exportKeys: readonly string[] = [formatField.key, nameField.key];

/** @returns null where the source has none of it; undefined where something is wrong, which has been reported */
export function readExported(entry: Entry): Exported | null | undefined {
  if (exportKeys.every((key) => nodeAt(entry.node, key) === undefined)) return null;
  const text = requireText(entry, formatField);
  const exportedAs = requireText(entry, nameField);
  const format = exportFormats.find((known) => known === text);
  return format === undefined || exportedAs === undefined ? undefined : { format, exportedAs };
}
