/**
 * What ingest has to tell of its sources and of itself. A notice is an audit event of source `auditstream`
 * and takes the way of every other: it is durable, searchable, and rules see it. docs/notices.md.
 */

export type NoticeAction =
  /** Events of a source between two times may be missing for good. */
  | 'source-gap'
  /** A source has sent nothing for longer than it should; and it sends again. */
  | 'source-silent'
  | 'source-resumed'
  /** An API server counted more audit events than arrived. */
  | 'events-missing'
  /** One audit id names two requests. */
  | 'audit-id-reused';

export interface Notice {
  readonly action: NoticeAction;
  /** Cluster or engine that it is about. */
  readonly cluster: string;
  /** What it is about: the kind of source, and the name that tells it from others of its cluster: a path, a host. */
  readonly subject: { readonly type: string; readonly name: string };
  /** Microseconds since 1970: between these times, where it is about a time. */
  readonly from?: number;
  readonly to?: number;
  /** A sentence for people: what happened, and what to do. It has no content of events. */
  readonly message: string;
  /** Further facts, as text; they have no content of events. */
  readonly details?: Readonly<Record<string, string>>;
}

/**
 * Tells. Resolves when the notice is durable, which is tried for as long as it takes; it never rejects. It
 * resolves early when the service stops, and when so many wait that this one is only logged.
 */
export type Notify = (notice: Notice) => Promise<void>;
