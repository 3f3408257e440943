/** What it takes to run a Docker Engine of the tests' own. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian puts what only root calls. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** @returns the programs' paths, or why an engine can't run here */
export function findDocker() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { missing: 'a Docker Engine needs Linux and root' };
  const [dockerd, busybox] = ['dockerd', 'busybox'].map(find);
  if (dockerd === undefined) return { missing: 'dockerd (docker.io) is not here' };
  if (busybox === undefined) return { missing: 'busybox (busybox-static) is not here' };
  // It becomes an image by itself, where no loader is.
  if (readFileSync(busybox).includes('/ld-linux'))
    return { missing: `${busybox} needs libraries; Debian's busybox-static does not` };
  return { dockerd, busybox };
}

function find(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...systemFolders];
  return folders.map((folder) => join(folder, program)).find(existsSync);
}
