import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type Folders } from '../pipeline/folders.ts';
import { type SampleFile, type SampleManifest } from './manifest.ts';

const preamble = `# The audit trails that ingest takes in; docs/ingest.md describes every kind of source.
# The first entries belong to the bundled sample. Add your own below them, or by 'auditstream source add'.
`;

/** Where the sample's log lines are appended, as an API server would append them. */
export function sampleLog(folders: Folders): string {
  return join(folders.sample, 'audit.log');
}

/** The socket on which a stand-in for a Docker Engine replays a file of the sample. */
export function sampleSocket(folders: Folders, file: SampleFile): string {
  return join(folders.sample, `${file.cluster}.sock`);
}

/**
 * Writes the sources file, with a new credential for the sample, unless there is one already: it is
 * the operator's from then on. The token itself stands in a file that only its owner can read.
 */
export async function ensureSources(folders: Folders, manifest: SampleManifest): Promise<void> {
  await mkdir(folders.sample, { recursive: true });
  await mkdir(dirname(folders.sourcesFile), { recursive: true });
  await writeFile(sampleLog(folders), '', { flag: 'a' });
  const token = await ensureToken(folders.tokenFile);
  const text = preamble + stringify({ sources: sourcesOf(folders, manifest, token) });
  await writeUnlessThere(folders.sourcesFile, text);
}

export async function readToken(folders: Folders): Promise<string> {
  return (await readFile(folders.tokenFile, 'utf8')).trim();
}

function sourcesOf(folders: Folders, manifest: SampleManifest, token: string): readonly object[] {
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  const webhook = manifest.files.find(({ via }) => via === 'webhook');
  const log = manifest.files.find(({ via }) => via === 'file');
  const engines = manifest.files.filter(({ via }) => via === 'engine');
  return [
    { kind: 'kubernetes-webhook', cluster: webhook?.cluster, origin: 'replay', tokenSha256 },
    {
      kind: 'kubernetes-log',
      cluster: log?.cluster,
      origin: 'replay',
      files: [sampleLog(folders)],
    },
    ...engines.map((file) => ({
      kind: 'docker-engine',
      cluster: file.cluster,
      origin: 'replay',
      socket: sampleSocket(folders, file),
    })),
  ];
}

async function ensureToken(path: string): Promise<string> {
  await writeUnlessThere(path, `${randomBytes(32).toString('base64url')}\n`);
  return (await readFile(path, 'utf8')).trim();
}

async function writeUnlessThere(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
