export type CodecErrorCode =
  /** The bytes are not a value of the topic's schema; they never will be. */
  | 'undecodable'
  /** The value does not fit the topic's schema. */
  | 'unencodable'
  /** The registry does not know the schema: set-up has not run, or the bytes come from elsewhere. */
  | 'unknown-schema'
  /** The writer's schema cannot be read as ours. */
  | 'incompatible-schema'
  /** The registry did not answer. */
  | 'registry-unreachable';

/** A value that could not be read or written, or a schema that could not be had. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** True where the same call may succeed later without anybody changing the bytes. */
  get retryable(): boolean {
    return this.code === 'registry-unreachable';
  }
}
