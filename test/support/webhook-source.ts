import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Folders } from '../../cli/src/pipeline/folders.ts';

/** It opens nothing but webhooks of tests. */
const testToken = 'a-token-of-the-tests';

/**
 * Writes a sources file with one webhook for each cluster. The tokens are `testToken` followed by the
 * cluster's name, because a credential belongs to one cluster.
 */
export function webhookSources(clusters: readonly string[]): (folders: Folders) => Promise<void> {
  const sources = clusters.map((cluster) => ({
    kind: 'kubernetes-webhook',
    cluster,
    origin: 'live',
    tokenSha256: createHash('sha256').update(tokenOf(cluster)).digest('hex'),
  }));
  return async ({ sourcesFile }) => {
    await mkdir(dirname(sourcesFile), { recursive: true });
    await writeFile(sourcesFile, JSON.stringify({ sources }));
  };
}

export function tokenOf(cluster: string): string {
  return `${testToken}-${cluster}`;
}
