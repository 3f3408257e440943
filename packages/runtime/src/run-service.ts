/** The one file that touches the process: it hands it to `serve` as a port. */
import pino from 'pino';
import { type ProcessPort, serve, type ServiceDefinition } from './service.ts';
import { type ServiceSettings } from './settings.ts';

/** SIGINT from a terminal, SIGTERM from a supervisor. SIGPIPE is left alone: sockets report it as EPIPE. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs a service in this process until it is told to stop; see `serve` for the exit codes. */
export async function runService<const S extends ServiceSettings>(
  definition: ServiceDefinition<S>,
): Promise<void> {
  await serve(definition, thisProcess);
}

const thisProcess: ProcessPort = {
  env: process.env,
  // Synchronous, so that nothing logged is lost on exit, and silent once nobody reads any more.
  output: pino.destination({ dest: 1, sync: true }),
  onSignal: (listener) => {
    for (const signal of STOP_SIGNALS) process.on(signal, listener);
  },
  onCrash: (listener) => {
    // An unhandled rejection arrives here too: node raises it as an uncaught exception.
    process.on('uncaughtException', listener);
  },
  exit: (code) => process.exit(code),
};
