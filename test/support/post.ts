import { postBatch } from '../../cli/src/sample/post-batch.ts';
import { tokenOf } from './webhook-source.ts';

/** Posts a batch to the webhook of a cluster until it is taken, as an API server does. */
export async function postTo(ingestUrl: string, cluster: string, body: Buffer): Promise<void> {
  const url = `${ingestUrl}/v1/kubernetes/${cluster}/audit`;
  await postBatch({ url, token: tokenOf(cluster) }, body, new AbortController().signal);
}
