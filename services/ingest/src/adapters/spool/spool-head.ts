/** Where draining has come to, as a file that is replaced atomically. */
import { type SpoolPlace } from '../../spool.ts';
import { type SpoolFolder } from './spool-folder.ts';

const headName = 'head';
const newHeadName = 'head.new';

/** @returns undefined where there is none, or nothing readable: to drain from the beginning costs repeats only */
export async function readHead(folder: SpoolFolder): Promise<SpoolPlace | undefined> {
  const bytes = await folder.read(headName);
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(bytes.toString()) as Partial<SpoolPlace> | null;
    return isPlace(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPlace(value: Partial<SpoolPlace> | null): value is SpoolPlace {
  return Number.isSafeInteger(value?.segment) && Number.isSafeInteger(value?.offset);
}

/** Resolves when the new head would survive a loss of power. One write at a time. */
export async function writeHead(folder: SpoolFolder, place: SpoolPlace): Promise<void> {
  await folder.remove(newHeadName);
  const file = await folder.create(newHeadName);
  try {
    await file.write([Buffer.from(JSON.stringify(place))], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await folder.rename(newHeadName, headName);
  await folder.sync();
}
