/** The step of ingest: items become records in audit.ingested, or dead letters with a reason. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type OutgoingRecord } from '@auditstream/stream/types';
import { withCutItems } from './cut-items.ts';
import { type AcceptStep, type Delivery } from './delivery.ts';
import { tooLargeForTopic } from './domain/rejection.ts';
import { type Durably, type Patience } from './durable-sink.ts';
import { createIngestMeter } from './ingest-meter.ts';
import { ingestedTopic, judgeDelivery, type JudgePorts } from './judge-delivery.ts';
import { judgeHere } from './judging.ts';
import { createLetterWriter, type Letter, type LetterPorts, type RejectedItem } from './letters.ts';
import { createRejectionLog } from './rejection-log.ts';
import { createTurns } from './turns.ts';

export interface IngestPorts extends LetterPorts, JudgePorts {
  readonly durably: Durably;
  readonly telemetry: Pick<Telemetry, 'count' | 'observe' | 'log'>;
}

/** docs/ingest.md is the contract. */
export function createIngest(given: IngestPorts): AcceptStep {
  const ports = { judge: judgeHere, turns: createTurns(), ...given };
  const write = createLetterWriter(ports);
  const tell = createRejectionLog(ports.telemetry, ports.now);
  const meter = createIngestMeter(ports.telemetry);
  const store = async (
    letters: readonly Letter[],
    patience: Patience,
    records: readonly OutgoingRecord[] = [],
  ): Promise<readonly OutgoingRecord[]> => {
    const { durably } = ports;
    const refused = await durably([...records, ...letters.map(({ record }) => record)], patience);
    await storeBare(letters, refused, { durably, patience });
    return refused;
  };
  return async (delivered, onDurable) => {
    meter.received(delivered);
    const delivery = await withCutItems(delivered);
    const patience = isKept(delivery) ? 'patient' : 'urgent';
    const receivedAt = ports.now();
    const { records, rejected, ...judged } = await judgeDelivery(delivery, receivedAt, ports);
    const letters = await write(rejected, delivery);
    const refused = await store(letters, patience, [...records.keys()]);
    const late = refused.flatMap((record) => {
      const at = records.get(record)?.index;
      records.delete(record);
      return at === undefined ? [] : [rejectedByTopic(delivery, at)];
    });
    await store(await write(late, delivery), patience);
    const given = [...rejected, ...late];
    tell(delivery, given);
    const reasons = given.map(({ rejection }) => rejection.code);
    const accepted = [...records.values()];
    onDurable?.(delivery, accepted);
    meter.settled(delivery, { ...judged, receivedAt, accepted, reasons });
    return { accepted: accepted.length + judged.dropped, rejected: reasons.length };
  };
}

/** Files and a plugin's journal keep what is not taken yet. */
function isKept({ way, place }: Delivery): boolean {
  return way === 'file' || way === 'authorization' || place !== undefined;
}

/** Letters that their topic does not take go without their bytes. */
async function storeBare(
  letters: readonly Letter[],
  refused: readonly OutgoingRecord[],
  { durably, patience }: { readonly durably: Durably; readonly patience: Patience },
): Promise<void> {
  if (refused.length === 0) return;
  const isRefused = new Set(refused);
  const bare = letters.filter(({ record }) => isRefused.has(record)).map((one) => one.bare());
  await durably(bare, patience);
}

function rejectedByTopic({ items }: Delivery, index: number): RejectedItem {
  const item = items[index] ?? null;
  const size = item?.length ?? 0;
  return { rejection: tooLargeForTopic(size, ingestedTopic), index, item, size };
}
