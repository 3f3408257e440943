import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type Hit } from '../../cli/src/adapters/opensearch.ts';
import { textAt, valueAt } from '../../cli/src/view/fields.ts';
import { documentsOfAll } from '../support/documents.ts';
import { engineAddresses } from '../support/engines.ts';
import { batchOf } from '../support/load.ts';
import { type TestPipeline, startTestPipeline } from '../support/pipeline.ts';
import { postTo } from '../support/post.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { waitFor } from '../support/wait-for.ts';
import { webhookSources } from '../support/webhook-source.ts';

jest.setTimeout(240_000);

const cluster = 'sealed-letters';
const secret = 'hunter2-hunter2';
const small = `{"password":"${secret}"}`;
const large = `{"password":"${secret}","rest":"${'x'.repeat(9 * 1024 * 1024)}"}`;

let [folder, identityFile] = ['', ''];
let pipeline: TestPipeline;
let letters: readonly Hit[];

const cli = (...args: readonly string[]): Promise<CliResult> =>
  runCli(['dead-letters', ...args], {
    AUDITSTREAM_OPENSEARCH_URL: engineAddresses().openSearchUrl,
  });

async function lettersOnceThereAre(count: number): Promise<readonly Hit[]> {
  return waitFor('the dead letters', async () => {
    const found = await documentsOfAll(pipeline.openSearch, 'audit-dead-letters', [cluster]);
    return found.length >= count ? found : undefined;
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditstream-sealed-'));
  const identity = await generateX25519Identity();
  identityFile = join(folder, 'key.txt');
  await writeFile(identityFile, identity, { mode: 0o600 });
  const recipients = join(folder, 'recipients');
  await writeFile(recipients, `# the operator on duty\n${await identityToRecipient(identity)}\n`);
  const env = { AUDITSTREAM_DEAD_LETTER_RECIPIENTS_FILE: recipients };
  pipeline = await startTestPipeline({ writeSources: webhookSources([cluster]), env });
  await postTo(pipeline.ingestUrl, cluster, batchOf([small, small, large]));
  letters = await lettersOnceThereAre(3);
});

afterAll(async () => {
  await pipeline.stop();
  await rm(folder, { recursive: true });
});

describe('the dead letter of an item', () => {
  it('has its bytes for the holder of the key, and for nobody else', async () => {
    const opened: string[] = [];
    for (const { _id, _source } of letters) {
      expect(JSON.stringify(_source)).not.toContain(secret);
      const sealed = textAt(_source, 'auditstream.dead_letter.sealed_base64');
      expect(Buffer.from(sealed, 'base64').includes(secret)).toBe(false);
      const output = join(folder, _id);
      expect(await cli('open', _id, '--identity', identityFile, '-o', output)).toMatchObject({
        code: 0,
      });
      opened.push(await readFile(output, 'utf8'));
    }
    expect(opened.sort()).toEqual([large, small, small].sort());
    const sizes = letters.map(({ _source }) => valueAt(_source, 'auditstream.dead_letter.size'));
    expect(sizes.sort()).toEqual([small.length, small.length, large.length].sort());
  });

  it('is listed with its reason', async () => {
    const { code, stdout } = await cli('list', '--cluster', cluster);
    expect(code).toBe(0);
    expect(stdout.match(/not-an-event/g)).toHaveLength(2);
    expect(stdout.match(/too-large/g)).toHaveLength(1);
  });

  it('is one letter when the delivery comes again, also after a restart', async () => {
    await pipeline.services.ingest.signal('SIGKILL');
    await pipeline.services.ingest.start();
    await postTo(pipeline.ingestUrl, cluster, batchOf([small, small, large]));
    await postTo(pipeline.ingestUrl, cluster, batchOf([small]));
    const found = await lettersOnceThereAre(4);
    expect(found).toHaveLength(4);
    const ids = found.map(({ _id }) => _id);
    expect(letters.every(({ _id }) => ids.includes(_id))).toBe(true);
  });

  it('leaves no bytes in the log', async () => {
    expect(await readFile(pipeline.services.ingest.logPath, 'utf8')).not.toContain(secret);
  });
});
