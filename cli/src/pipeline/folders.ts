import { join } from 'node:path';

/** The project's root: the folder that holds services/, sample/ and rules/. */
export const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** Everything that a locally started pipeline writes, below one folder. */
export interface Folders {
  readonly data: string;
  readonly logs: string;
  readonly state: string;
  readonly sourcesFile: string;
  readonly tokenFile: string;
  readonly sample: string;
}

export function foldersIn(data: string): Folders {
  return {
    data,
    logs: join(data, 'logs'),
    state: join(data, 'services', 'state'),
    sourcesFile: join(data, 'sources.yaml'),
    tokenFile: join(data, 'sample', 'token'),
    sample: join(data, 'sample'),
  };
}
