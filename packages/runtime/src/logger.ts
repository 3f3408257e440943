/** Structured logs: one JSON object a line, with `time` (ISO 8601, UTC), `level`, `service` and `msg`. */
import pino from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

type Fields = Readonly<Record<string, unknown>>;

/** Messages are sentences; what varies goes into the fields. An error goes in as `error`. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: Fields): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Takes whole lines, line feed included. */
  readonly output: { write(line: string): void };
}

const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey'];

/** The redaction's paths have no "at any depth": four levels are what our fields ever have. */
const REDACTED_PATHS = ['', '*.', '*.*.', '*.*.*.'].flatMap((prefix) =>
  SECRET_FIELDS.map((field) => `${prefix}${field}`),
);

export function createLogger({ service, level, output }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError, cause: describeError },
      redact: { paths: REDACTED_PATHS, censor: '(redacted)' },
    },
    output,
  );
}

const MAX_CAUSES = 5;

/**
 * What is told of an error. Nothing but these: client libraries hang whole requests, with their
 * credentials, on the errors that they throw.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...('retryable' in error && { retryable: error.retryable }),
    stack: error.stack,
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
