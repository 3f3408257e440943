import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../pipeline/folders.ts';

export interface SampleFile {
  /** Path below the sample's folder. */
  readonly path: string;
  readonly via: 'webhook' | 'file' | 'engine';
  readonly cluster: string;
  readonly events: number;
}

/** What the bundled sample holds; times are RFC 3339. */
export interface SampleManifest {
  readonly total: number;
  readonly distinct: number;
  readonly clusters: Readonly<
    Record<
      string,
      { readonly events: number; readonly firstTime: string; readonly lastTime: string }
    >
  >;
  readonly files: readonly SampleFile[];
}

export const sampleFolder = join(projectRoot, 'sample');

export async function readManifest(): Promise<SampleManifest> {
  return JSON.parse(await readFile(join(sampleFolder, 'manifest.json'), 'utf8')) as SampleManifest;
}

/** The span of time that the sample's events cover. */
export function spanOf(manifest: SampleManifest): { readonly from: string; readonly to: string } {
  const clusters = Object.values(manifest.clusters);
  const sorted = (times: readonly string[]): readonly string[] => [...times].sort();
  return {
    from: sorted(clusters.map(({ firstTime }) => firstTime))[0] ?? '',
    to: sorted(clusters.map(({ lastTime }) => lastTime)).at(-1) ?? '',
  };
}
