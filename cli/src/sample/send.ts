import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folders } from '../pipeline/folders.ts';
import { type SampleFile, type SampleManifest, sampleFolder } from './manifest.ts';
import { postBatch } from './post-batch.ts';
import { readToken, sampleLog, sampleSocket } from './sources.ts';
import { type StandInEngine, startStandInEngine } from './stand-in-engine.ts';

export interface SampleRoute {
  readonly ingestUrl: string;
  readonly folders: Folders;
  readonly signal: AbortSignal;
}

export interface SentSample {
  /** Ends the stand-in engines; call it once everything has been taken in. */
  close(): Promise<void>;
}

/**
 * Sends the sample in through the front door: batches by POST, log lines by the file that ingest
 * follows, Docker events from sockets that ingest connects to.
 */
export async function sendSample(
  manifest: SampleManifest,
  { ingestUrl, folders, signal }: SampleRoute,
): Promise<SentSample> {
  const by = (via: SampleFile['via']): readonly SampleFile[] =>
    manifest.files.filter((file) => file.via === via);
  const engines: StandInEngine[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(engines.map((engine) => engine.close()));
  };
  try {
    for (const file of by('engine')) {
      engines.push(await startStandInEngine(sampleSocket(folders, file), pathOf(file)));
    }
    for (const file of by('file'))
      await appendFile(sampleLog(folders), await readFile(pathOf(file)));
    const token = await readToken(folders);
    for (const file of by('webhook')) {
      const url = `${ingestUrl}/v1/kubernetes/${file.cluster}/audit`;
      await postBatch({ url, token }, await readFile(pathOf(file)), signal);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function pathOf(file: SampleFile): string {
  return join(sampleFolder, file.path);
}
