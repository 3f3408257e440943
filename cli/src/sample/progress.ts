/** How far the sample has come. */
export interface SampleProgress {
  /** Records accepted into audit.ingested since the sample was sent. */
  readonly accepted: number;
  /** Records of audit.enriched since then. */
  readonly enriched: number;
  /** Event documents of the sample. */
  readonly indexed: number;
  /** Repeats noted since the sample was sent. */
  readonly repeats: number;
  /** Dead letters since then. */
  readonly deadLetters: number;
  /** Distinct detections of the sample. */
  readonly detections: number;
  /** Records that some consumer has not settled. */
  readonly lag: number;
}

/** What was there before the sample was sent. */
export interface Baseline {
  readonly ingested: number;
  readonly enriched: number;
  readonly deadLetters: number;
  readonly repeats: number;
  readonly indexed: number;
}

/** True once all of the sample was accepted and nothing of it is under way any more. */
export function isSettled(progress: SampleProgress, expected: number): boolean {
  const { accepted, enriched, lag } = progress;
  return accepted >= expected && enriched >= accepted && lag === 0;
}

/** What is wrong with a settled sample: one sentence for each finding, none where all is well. */
export function faultsOf(
  progress: SampleProgress,
  baseline: Baseline,
  sample: { readonly total: number; readonly distinct: number },
): readonly string[] {
  const { accepted, indexed, repeats, deadLetters } = progress;
  const fresh = indexed - baseline.indexed;
  const findings: readonly (readonly [boolean, string])[] = [
    [accepted < sample.total, `Only ${accepted} of ${sample.total} events were accepted.`],
    [
      indexed !== sample.distinct,
      `${indexed} documents are indexed, where the sample has ${sample.distinct} distinct events.`,
    ],
    [
      fresh + repeats !== accepted,
      `${accepted} events were accepted, but ${fresh} new documents and ${repeats} repeats came of them.`,
    ],
    [deadLetters > 0, `${deadLetters} dead letters, where the sample has nothing to refuse.`],
    [progress.lag > 0, `Consumers still lag by ${progress.lag} records; nothing moves any more.`],
  ];
  return findings.flatMap(([wrong, sentence]) => (wrong ? [sentence] : []));
}
