import { type LogStart, parseLogStart } from '../../domain/log-start.ts';
import { type LogSource } from '../../domain/sources.ts';
import { type Entry, nodeAt, requirePaths, requireText, type TextField } from './entry-fields.ts';
import { readExported } from './exported-entry.ts';

const fromField: TextField = {
  key: 'from',
  expected: 'beginning, end, or a time such as 2026-11-28T00:00:00Z',
  test: (text) => parseLogStart(text) !== undefined,
};

export function readKubernetesLog(
  entry: Entry,
): Omit<LogSource, 'cluster' | 'origin' | 'name'> | undefined {
  const files = requirePaths(entry, 'files');
  const from = readStart(entry);
  const exported = readExported(entry);
  if (files === undefined || from === 'wrong' || exported === undefined) return undefined;
  return { kind: 'kubernetes-log', files, ...(from && { from }), ...(exported && { exported }) };
}

/** @returns undefined where none is given; what is wrong has been reported */
function readStart(entry: Entry): LogStart | 'wrong' | undefined {
  if (nodeAt(entry.node, 'from') === undefined) return undefined;
  const text = requireText(entry, fromField);
  return (text === undefined ? undefined : parseLogStart(text)) ?? 'wrong';
}
