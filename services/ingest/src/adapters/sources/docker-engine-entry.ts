import { resolve } from 'node:path';
import { type EngineSource } from '../../domain/sources.ts';
import { claim, type Entry, isPath, requireText, type TextField } from './entry-fields.ts';

const socketField: TextField = {
  key: 'socket',
  expected: "the path of the engine's unix socket",
  test: isPath,
};

export function readDockerEngine(
  entry: Entry,
): Omit<EngineSource, 'cluster' | 'origin' | 'name'> | undefined {
  const path = requireText(entry, socketField);
  if (path === undefined) return undefined;
  const socket = resolve(entry.context.folder, path);
  claim(entry, socketField.key, socket);
  return { kind: 'docker-engine', socket };
}
