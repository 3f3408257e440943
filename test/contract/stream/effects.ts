/** What consumers did, written down so that it survives their being killed. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type StreamRecord } from '@auditstream/stream/types';

export interface Effect {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
}

/** Written before it returns: a kill behind this line does not undo it. */
export function writeEffect(file: string, record: StreamRecord): void {
  const { partition, offset, key } = record;
  appendFileSync(file, `${partition} ${offset} ${key?.toString() ?? ''}\n`);
}

/** A last line without its end was cut off by a kill, and is no effect. */
export function readEffects(file: string): readonly Effect[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [partition = '', offset = '', key = ''] = line.split(' ');
    return { partition: Number(partition), offset: Number(offset), key };
  });
}
