import { CodecError } from '@auditstream/events/errors';
import { LocalEngineError } from '@auditstream/local/errors';
import { ConfigError } from '@auditstream/runtime/load-config';
import { StreamError } from '@auditstream/stream/errors';
import { CommanderError } from 'commander';
import { CliError } from './errors.ts';
import { createProgram } from './program.ts';
import { printableLines } from './view/printable.ts';

/** Failures whose message tells a person what to do; anything else is a defect and shows its stack. */
const expected = [CliError, LocalEngineError, ConfigError, StreamError, CodecError];

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means: at once. What was started in the background, `down` still finds.
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(new CliError(`Stopped by ${name}.`));
  });
}
// A reader that has seen enough, such as head, closes the pipe: that is a wish to stop, no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  stopping.abort(new CliError('Nobody reads the output any more.'));
});

try {
  await createProgram(stopping.signal).parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (stopping.signal.aborted) return 130;
  if (expected.some((kind) => error instanceof kind)) {
    process.stderr.write(`auditstream: ${printableLines((error as Error).message)}\n`);
    return error instanceof CliError ? error.exitCode : 2;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`auditstream: ${printableLines(trace)}\n`);
  return 2;
}
