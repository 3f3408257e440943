/** The kinds of source: the keys that each has besides kind, cluster, origin and name, and how they are read. */
import { type Source } from '../../domain/sources.ts';
import { type Entry } from './entry-fields.ts';
import { readDockerAuthz } from './docker-authz-entry.ts';
import { dockerEngineKeys, readDockerEngine } from './docker-engine-entry.ts';
import { exportKeys } from './exported-entry.ts';
import { readKubernetesLog } from './kubernetes-log-entry.ts';
import { credentialKeys, readKubernetesWebhook } from './kubernetes-webhook-entry.ts';

type SharedKey = 'cluster' | 'origin' | 'name' | 'silentAfter';

/** What only this kind has. */
export type Rest<S> = S extends Source ? Omit<S, SharedKey> : never;

/** @returns undefined where something is wrong, which has been reported */
export type ReadRest = (entry: Entry) => Rest<Source> | undefined;

interface SourceKindSpec {
  readonly keys: readonly string[];
  readonly read: ReadRest;
}

export const sourceKinds: Readonly<Record<Source['kind'], SourceKindSpec>> = {
  'kubernetes-webhook': { keys: [...credentialKeys, ...exportKeys], read: readKubernetesWebhook },
  'kubernetes-log': { keys: ['files', 'from', ...exportKeys], read: readKubernetesLog },
  'docker-engine': { keys: dockerEngineKeys, read: readDockerEngine },
  'docker-authz': { keys: ['journal'], read: readDockerAuthz },
};
