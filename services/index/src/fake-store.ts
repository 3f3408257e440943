import { type BulkItem } from './domain/bulk-outcome.ts';
import { type JsonDocument } from './domain/fields.ts';
import { type DocumentStore } from './store.ts';

interface Stored {
  readonly version: number;
  readonly document: JsonDocument;
}

export interface FakeStore extends DocumentStore {
  /** Documents by `index/id`. */
  readonly documents: ReadonlyMap<string, Stored>;
  readonly requests: readonly string[];
}

type Action = Readonly<Record<string, { _index: string; _id: string; version?: number }>>;

/**
 * OpenSearch in memory, as far as its answers to writes go: create, index, and index with an external
 * version. Tests begin with it and override what is to go wrong.
 */
export function createFakeStore(): FakeStore {
  const documents = new Map<string, Stored>();
  const requests: string[] = [];

  function write(action: Action, document: JsonDocument): BulkItem {
    const [type = '', target] = Object.entries(action)[0] ?? [];
    const name = `${target?._index ?? ''}/${target?._id ?? ''}`;
    const stored = documents.get(name);
    const version = target?.version ?? (stored?.version ?? 0) + 1;
    const isConflict = type === 'create' ? stored !== undefined : version <= (stored?.version ?? 0);
    if (isConflict) {
      return { status: 409, error: { type: 'version_conflict_engine_exception', reason: name } };
    }
    documents.set(name, { version, document });
    return { status: stored === undefined ? 201 : 200 };
  }

  return {
    documents,
    requests,
    bulk: async (body) => {
      requests.push(body);
      const lines = body.trimEnd().split('\n');
      const parsed = lines.map((line): unknown => JSON.parse(line));
      const items = parsed.flatMap((action, at) =>
        at % 2 === 0 ? write(action as Action, parsed[at + 1] as JsonDocument) : [],
      );
      return Promise.resolve(items);
    },
    positions: async (names) =>
      Promise.resolve(
        names.map(({ index, id }) => {
          const position = documents.get(`${index}/${id}`)?.document['auditstream'];
          return position as { partition: number; offset: number } | undefined;
        }),
      ),
  };
}
