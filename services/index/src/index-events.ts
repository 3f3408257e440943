import { type AuditEvent } from '@auditstream/events/generated/types';
import { type BatchStep, type Outcome } from '@auditstream/stream/types';
import { type WriteOutcome } from './domain/bulk-outcome.ts';
import { eventWrite, repeatWrite } from './domain/event-document.ts';
import { type StoredPosition } from './domain/repeat-fields.ts';
import { type Write } from './domain/write.ts';
import { countedAs, type Indexed, indexBatch, type IndexPorts, outcomeOf } from './index-batch.ts';
import { type DocumentName, StoreError } from './store.ts';
import { writeAll } from './write-bulk.ts';

/**
 * The step from audit.enriched to event documents. Where a document has the event's id already, its
 * position tells a replay of the same record, which is done, from a second delivery of the event, which is
 * noted as a repeat. It throws, and so asks for a retry of the batch, where the registry does not answer.
 */
export function createIndexEvents(ports: IndexPorts<AuditEvent>): BatchStep {
  return async (records, { signal }) => {
    const batch = { documents: 'events', toWrite: eventWrite, records, signal } as const;
    const results = await indexBatch(ports, batch);
    const conflicts = results.filter(isConflict);
    const settled = await settleConflicts(ports, conflicts, signal);
    return results.map(
      (result) => (isConflict(result) && settled.get(result)) || outcomeOf(result),
    );
  };
}

type Conflict = Extract<Indexed<AuditEvent>, { readonly ok: true }>;
type Settled = ReadonlyMap<Conflict, Outcome>;

function isConflict(result: Indexed<AuditEvent>): result is Conflict {
  return result.ok && result.outcome.type === 'repeated';
}

async function settleConflicts(
  ports: IndexPorts<AuditEvent>,
  conflicts: readonly Conflict[],
  signal: AbortSignal,
): Promise<Settled> {
  if (conflicts.length === 0) return new Map();
  try {
    const names = conflicts.map(({ write }): DocumentName => write);
    const positions = await ports.store.positions(names);
    return await noteRepeats(ports, { conflicts, positions, signal });
  } catch (cause) {
    return new Map(conflicts.map((conflict) => [conflict, { type: 'retry', cause }]));
  }
}

interface Conflicts {
  readonly conflicts: readonly Conflict[];
  readonly positions: readonly (StoredPosition | undefined)[];
  readonly signal: AbortSignal;
}

async function noteRepeats(
  ports: IndexPorts<AuditEvent>,
  { conflicts, positions, signal }: Conflicts,
): Promise<Settled> {
  const settled = new Map<Conflict, Outcome>();
  const repeats: { conflict: Conflict; write: Write }[] = [];
  conflicts.forEach((conflict, at) => {
    const first = positions[at];
    if (first === undefined) settled.set(conflict, vanished(conflict));
    else if (isSame(first, conflict.value)) settled.set(conflict, { type: 'done' });
    else repeats.push({ conflict, write: repeatWrite({ event: conflict.value, first }) });
  });
  const writes = repeats.map(({ write }) => write);
  const outcomes = await writeAll(ports.store, writes, signal);
  repeats.forEach(({ conflict }, at) => {
    const outcome = outcomes[at];
    ports.count('repeats', countedAs(outcome));
    settled.set(conflict, noted(outcome));
  });
  return settled;
}

function isSame(position: StoredPosition, event: AuditEvent): boolean {
  return position.partition === event.partition && position.offset === event.offset;
}

function noted(outcome: WriteOutcome | undefined): Outcome {
  if (outcome === undefined) throw new Error('writeAll left a write out');
  return outcome.type === 'repeated' ? { type: 'done' } : outcome;
}

function vanished({ write }: Conflict): Outcome {
  const message = `Document ${write.id} was in ${write.index}, and could then not be read.`;
  return { type: 'retry', cause: new StoreError('unavailable', message) };
}
