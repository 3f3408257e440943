import { type TopicCodec } from '@auditstream/events/codec';
import { decodeAll } from '@auditstream/events/decode-all';
import { type RuleVersion } from '@auditstream/events/generated/types';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import {
  type OutgoingRecord,
  type RecordProducer,
  type StreamRecord,
} from '@auditstream/stream/types';
import { type Catalogue } from './domain/catalogue.ts';
import { type PackRule } from './domain/pack-rule.ts';
import { planVersions } from './domain/plan.ts';
import { RulesError } from './errors.ts';

export interface PublishPorts {
  readonly catalogue: Catalogue;
  readonly codec: TopicCodec<RuleVersion>;
  readonly producer: RecordProducer;
  /** Reads audit.rules to its end; gives what was appended since the last call, in order. */
  readonly readTopic: () => Promise<readonly StreamRecord[]>;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

/**
 * Brings audit.rules to what the packs say. When it resolves, everything that was missing is
 * acknowledged on all replicas and read back into the catalogue.
 *
 * @returns the versions that it published
 * @throws RulesError 'unreadable-topic', 'second-writer'; what the ports throw
 */
export async function publishRules(
  rules: readonly PackRule[],
  ports: PublishPorts,
): Promise<readonly RuleVersion[]> {
  await readInto(ports);
  const newest = [...ports.catalogue.newest()].map(([id, { version }]) => [id, version] as const);
  const planned = planVersions(new Map(newest), rules);
  if (planned.length === 0) return planned;
  await ports.producer.send(planned.map((version) => recordOf(version, ports.codec)));
  ports.telemetry.count('rules_published_total', {}, planned.length);
  await readInto(ports);
  assertOurs(planned, ports.catalogue);
  return planned;
}

async function readInto({ catalogue, codec, readTopic, telemetry }: PublishPorts): Promise<void> {
  const records = await readTopic();
  const decoded = await decodeAll(codec, records);
  records.forEach((record, index) => {
    const result = decoded[index];
    if (result?.ok !== true) throw unreadable(record, result?.rejection.message);
    const version = result.value;
    const addition = catalogue.add({ version, publishedAt: record.timestamp });
    if (addition !== 'conflict') return;
    telemetry.log.error(
      { rule: version.id, version: version.version, offset: record.offset },
      conflict,
    );
  });
}

const conflict =
  'Two versions of a rule have one number; the first counts. Is a second rules process running?';

function unreadable({ offset }: StreamRecord, reason = 'it was not decoded'): RulesError {
  const message = `audit.rules cannot be read at offset ${offset}: ${reason} Nothing is published.`;
  return new RulesError('unreadable-topic', message);
}

function recordOf(version: RuleVersion, codec: TopicCodec<RuleVersion>): OutgoingRecord {
  const key = Buffer.from(`${version.id}/${version.version}`);
  return { topic: 'audit.rules', key, value: codec.encode(version) };
}

/** What another process published under our numbers before we did is what counts. */
function assertOurs(planned: readonly RuleVersion[], catalogue: Catalogue): void {
  for (const ours of planned) {
    const published = catalogue
      .versionsOf(ours.id)
      .find(({ version }) => version.version === ours.version)?.version;
    const isOurs =
      published?.digest === ours.digest &&
      published.mode === ours.mode &&
      published.enabled === ours.enabled;
    if (isOurs) continue;
    const key = `${ours.id}/${ours.version}`;
    const message = `Another process published ${key} to audit.rules: run one rules service, and restart it.`;
    throw new RulesError('second-writer', message);
  }
}
