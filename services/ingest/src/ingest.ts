/** The step of ingest: items become records in audit.ingested, or dead letters with a reason. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { withCutItems } from './cut-items.ts';
import { type Accept, type Delivery } from './delivery.ts';
import { tooLargeForTopic } from './domain/rejection.ts';
import { type Durably, type Patience } from './durable-sink.ts';
import { ingestedTopic, judgeDelivery, type JudgePorts } from './judge-delivery.ts';
import { createLetterWriter, type Letter, type LetterPorts, type RejectedItem } from './letters.ts';
import { createRejectionLog } from './rejection-log.ts';

export interface IngestPorts extends LetterPorts, JudgePorts {
  readonly durably: Durably;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

/** docs/ingest.md is the contract. */
export function createIngest(ports: IngestPorts): Accept {
  const write = createLetterWriter(ports);
  const tell = createRejectionLog(ports.telemetry, ports.now);
  return async (delivered) => {
    const delivery = await withCutItems(delivered);
    const patience = delivery.way === 'file' ? 'patient' : 'urgent';
    const { records, rejected, redacted, truncated, reductions } = judgeDelivery(delivery, ports);
    const dropped = reductions.filter(({ effect }) => effect === 'dropped').length;
    const letters = await write(rejected, delivery);
    const sent = [...records.keys(), ...letters.map(({ record }) => record)];
    const refused = await ports.durably(sent, patience);
    const late = refused.flatMap((record) => {
      const at = records.get(record);
      return at === undefined ? [] : [rejectedByTopic(delivery, at)];
    });
    await storeBare(letters, refused, { durably: ports.durably, patience });
    const lateLetters = await write(late, delivery);
    const refusedLate = await ports.durably(
      lateLetters.map(({ record }) => record),
      patience,
    );
    await storeBare(lateLetters, refusedLate, { durably: ports.durably, patience });
    tell(delivery, [...rejected, ...late]);
    const receipt = {
      accepted: records.size - late.length + dropped,
      rejected: rejected.length + late.length,
    };
    const { source, cluster } = delivery;
    const { telemetry } = ports;
    telemetry.count(
      'ingest_events_total',
      { source, cluster, result: 'accepted' },
      receipt.accepted,
    );
    telemetry.count(
      'ingest_events_total',
      { source, cluster, result: 'rejected' },
      receipt.rejected,
    );
    for (const { rejection } of [...rejected, ...late]) {
      telemetry.count('ingest_rejections_total', { reason: rejection.code });
    }
    telemetry.count('ingest_truncated_events_total', { source, cluster }, truncated);
    for (const { rule, effect } of reductions) {
      telemetry.count('ingest_reduced_total', { rule: String(rule), effect });
    }
    for (const [kind, count] of redacted) {
      telemetry.count('ingest_redactions_total', { kind }, count);
    }
    return receipt;
  };
}

/** Letters that their topic does not take go without their bytes. */
async function storeBare(
  letters: readonly Letter[],
  refused: readonly OutgoingRecord[],
  { durably, patience }: { readonly durably: Durably; readonly patience: Patience },
): Promise<void> {
  if (refused.length === 0) return;
  const bare = letters.filter(({ record }) => refused.includes(record)).map((one) => one.bare());
  await durably(bare, patience);
}

function rejectedByTopic({ items }: Delivery, index: number): RejectedItem {
  const item = items[index] ?? null;
  const size = item?.length ?? 0;
  return { rejection: tooLargeForTopic(size, ingestedTopic), index, item, size };
}
