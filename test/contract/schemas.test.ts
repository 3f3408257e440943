/** What an earlier release wrote stays readable: records in Kafka outlive the process that wrote them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { schemaOf } from '@auditstream/events/codec';
import { incompatibility } from '@auditstream/events/compatibility';
import { topicNames } from '@auditstream/events/topics';
import { describe, expect, it } from '@jest/globals';
import { checksumFile, sha256 } from '../../scripts/release/write-release.ts';

const history = join(import.meta.dirname, '..', '..', 'schemas', 'history');
const releases = readdirSync(history);
const released = releases.flatMap((release) =>
  schemasOf(release).map((file) => ({ release, file, topic: file.slice(0, -'.avsc'.length) })),
);

describe('the schemas of earlier releases', () => {
  it('are there', () => {
    expect(releases.length).toBeGreaterThan(0);
  });

  it.each(releases)('are whole and as they were released: %s', (release) => {
    const sums = schemasOf(release).map((file) => `${sha256(read(release, file))}  ${file}\n`);
    expect(sums.sort()).toEqual(
      read(release, checksumFile)
        .split(/(?<=\n)/)
        .sort(),
    );
    expect(sums.length).toBeGreaterThan(0);
  });

  it.each(released)('can be read today: $release $file', ({ release, file, topic }) => {
    const now = topicNames.find((name) => name === topic);
    expect(now).toBeDefined();
    if (now === undefined) return;
    expect(incompatibility(read(release, file), schemaOf(now))).toBeUndefined();
  });
});

describe('the first release', () => {
  it('has every topic that it was made with', () => {
    expect(schemasOf('0.1.0')).toEqual(
      [
        'audit.dead-letters',
        'audit.detections',
        'audit.enriched',
        'audit.ingested',
        'audit.rules',
      ].map((topic) => `${topic}.avsc`),
    );
  });
});

function schemasOf(release: string): readonly string[] {
  return readdirSync(join(history, release))
    .filter((file) => file.endsWith('.avsc'))
    .sort();
}

function read(release: string, file: string): string {
  return readFileSync(join(history, release, file), 'utf8');
}
