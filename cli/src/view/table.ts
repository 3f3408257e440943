import Table from 'cli-table3';
import { printable } from './printable.ts';

/** A table without borders, for people; the widest column goes last, where a line may wrap. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] }, chars: noBorders });
  for (const row of rows) table.push(row.map(printable));
  return table.toString().replaceAll(/ +$/gm, '');
}

/** What follows a table that ends at its limit, so that nobody takes it for all there is. */
export function limitNote(rows: number, limit: number): string {
  return rows < limit ? '' : `\n\nThe newest ${rows}; there may be more: see --limit and --until.`;
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
