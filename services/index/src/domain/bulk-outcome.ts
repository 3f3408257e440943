/** One item of a bulk answer: the status of one write, and the error of a refused one. */
export interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

/**
 * What became of one write.
 * - `repeated`: 409; for a create the id exists, for an upsert the same or a higher version does;
 * - `retry`: OpenSearch can't take it now, whatever the document;
 * - `rejected`: it will never take this document.
 */
export type WriteOutcome =
  | { readonly type: 'done' }
  | { readonly type: 'repeated' }
  | { readonly type: 'retry'; readonly cause: unknown }
  | {
      readonly type: 'rejected';
      readonly rejection: {
        readonly code: 'refused-by-mapping' | 'too-big';
        readonly message: string;
      };
    };

/** Errors with status 400 that speak of the index and not of the document. */
const indexErrors: ReadonlySet<string> = new Set([
  'validation_exception',
  'index_closed_exception',
  'cluster_block_exception',
  'invalid_index_name_exception',
]);

const maxReasonCharacters = 1_000;

/** Decides what an item of a bulk answer means; docs/documents.md has the table. */
export function bulkOutcome(item: BulkItem): WriteOutcome {
  const { status } = item;
  if (status >= 200 && status < 300) return { type: 'done' };
  if (status === 409) return { type: 'repeated' };
  if (status === 413) return rejected('too-big', item);
  if (status === 400 && !indexErrors.has(item.error?.type ?? '')) {
    return rejected('refused-by-mapping', item);
  }
  return { type: 'retry', cause: new Error(`OpenSearch answered ${describe(item)}.`) };
}

function rejected(code: 'refused-by-mapping' | 'too-big', item: BulkItem): WriteOutcome {
  return {
    type: 'rejected',
    rejection: { code, message: `OpenSearch refuses the document: ${describe(item)}.` },
  };
}

function describe({ status, error }: BulkItem): string {
  if (error === undefined) return String(status);
  return `${status} ${error.type}: ${error.reason.slice(0, maxReasonCharacters)}`;
}
