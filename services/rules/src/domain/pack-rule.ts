import { type DetectionMode } from '@auditstream/events/generated/types';

/** A rule that a pack wants to be in force, checked. */
export interface PackRule {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly mode: DetectionMode;
  /** As its author wrote it. */
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  readonly pack: string;
}
