import { resolve } from 'node:path';
import { type AuthzSource } from '../../domain/sources.ts';
import { claim, type Entry, isPath, requireText, type TextField } from './entry-fields.ts';

const journalField: TextField = {
  key: 'journal',
  expected: "the path of the authorization plugin's journal, a folder",
  test: isPath,
};

export function readDockerAuthz(entry: Entry): Omit<AuthzSource, 'cluster' | 'origin'> | undefined {
  const path = requireText(entry, journalField);
  if (path === undefined) return undefined;
  const journal = resolve(entry.context.folder, path);
  claim(entry, journalField.key, journal);
  return { kind: 'docker-authz', journal };
}
