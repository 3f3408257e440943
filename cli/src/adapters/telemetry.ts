import { type StreamTelemetry } from '@auditstream/stream/types';

const nothing = (): void => undefined;

/** The command line measures nothing, and what goes wrong reaches it as errors. */
export const quietTelemetry: StreamTelemetry = {
  count: nothing,
  set: nothing,
  forget: nothing,
  observe: nothing,
  log: { info: nothing, warn: nothing, error: nothing },
};
