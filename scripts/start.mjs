/** `npm start`: prepares a fresh clone, then hands over to `auditstream start` in this same process. */
import { join } from 'node:path';
import { prepare, root, say } from './bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  say(error.message);
  process.exit(2);
}
process.argv.splice(1, 1, join(root, 'cli/dist/main.js'), 'start');
await import('../cli/dist/main.js');
