/** A failure that a person can do something about: printed as one sentence, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** 1 for a finding, 2 for wrong usage or something unreachable (DESIGN, "Interfaces"). */
  readonly exitCode: 1 | 2;

  constructor(
    message: string,
    options: { readonly exitCode?: 1 | 2; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? 2;
  }
}
