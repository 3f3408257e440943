import { type JsonDocument } from './fields.ts';

/**
 * One document on its way to OpenSearch:
 * - `create`: refused with 409 where the id exists;
 * - `replace`: written whatever is there;
 * - `upsert`: written where what is there has a lower version, else refused with 409.
 */
export type Write = Target &
  ({ readonly type: 'create' | 'replace' } | { readonly type: 'upsert'; readonly version: number });

export interface Target {
  readonly index: string;
  readonly id: string;
  readonly document: JsonDocument;
}
