import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Folders } from '../../cli/src/pipeline/folders.ts';

/** It opens nothing but webhooks of tests. */
const testToken = 'a-token-of-the-tests';

/** What a cluster's API server shows. */
export type ShownBy = 'token' | 'certificate';

/**
 * Writes a sources file with one webhook for each cluster. The tokens are `testToken` followed by the
 * cluster's name, because a credential belongs to one cluster.
 *
 * @param shownBy a token, where it does not say otherwise of a cluster
 */
export function webhookSources(
  clusters: readonly string[],
  shownBy: Readonly<Record<string, ShownBy>> = {},
): (folders: Folders) => Promise<void> {
  const sources = clusters.map((cluster) => ({
    ...{ kind: 'kubernetes-webhook', cluster, origin: 'live' },
    ...(shownBy[cluster] === 'certificate'
      ? { certificateName: commonNameOf(cluster) }
      : { tokenSha256: createHash('sha256').update(tokenOf(cluster)).digest('hex') }),
  }));
  return async ({ sourcesFile }) => {
    await mkdir(dirname(sourcesFile), { recursive: true });
    await writeFile(sourcesFile, JSON.stringify({ sources }));
  };
}

/** The name in the certificate of a cluster's API server. */
export function commonNameOf(cluster: string): string {
  return `apiserver of ${cluster}`;
}

export function tokenOf(cluster: string): string {
  return `${testToken}-${cluster}`;
}
