export interface PolicyProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The text is no policy. The message has every problem, each as `file:line:column: what is wrong`. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code = 'bad-audit-policy';
  readonly retryable = false;
  readonly problems: readonly PolicyProblem[];

  constructor(path: string, problems: readonly PolicyProblem[]) {
    const lines = problems.map(
      ({ line, column, message }) => `${path}:${line}:${column}: ${message}`,
    );
    super(`The audit policy cannot be used: ${lines.join('; ')}`);
    this.problems = problems;
  }
}
