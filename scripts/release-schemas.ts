/**
 * `npm run release-schemas -- VERSION`: keeps the schemas of a release in schemas/history/VERSION, one
 * file for each topic and their checksums. What has been released is never written again.
 */
import { join } from 'node:path';
import { schemaOf } from '@auditstream/events/codec';
import { topicNames } from '@auditstream/events/topics';
import { writeRelease } from './release/write-release.ts';

const [version] = process.argv.slice(2);
const history = join(import.meta.dirname, '..', 'schemas', 'history');
try {
  const schemas = new Map(topicNames.map((topic) => [topic, schemaOf(topic)]));
  console.log(`Wrote ${writeRelease(history, version, schemas)}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
