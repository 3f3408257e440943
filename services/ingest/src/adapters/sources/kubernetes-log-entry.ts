import { type LogSource } from '../../domain/sources.ts';
import { type Entry, requirePaths } from './entry-fields.ts';

export function readKubernetesLog(entry: Entry): Omit<LogSource, 'cluster' | 'origin'> | undefined {
  const files = requirePaths(entry, 'files');
  return files && { kind: 'kubernetes-log', files };
}
