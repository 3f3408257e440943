/** What the contract suite is run against: a module that says which client is behind the ports. */
import { type ConnectionOptions, type KafkaConnection } from '@auditstream/stream/connection';
import { type StreamLog, type StreamTelemetry } from '@auditstream/stream/types';

export interface StreamClient {
  readonly name: string;
  /** A module with `connectKafka`; named, and not given, because child processes import it too. */
  readonly module: string;
}

export async function connect(
  client: StreamClient,
  brokers: readonly string[],
  telemetry: StreamTelemetry = silent(),
): Promise<KafkaConnection> {
  const { connectKafka } = (await import(client.module)) as {
    connectKafka: (options: ConnectionOptions) => KafkaConnection;
  };
  return connectKafka({ brokers, clientId: 'contract', telemetry });
}

const noLog: StreamLog = { info: ignore, warn: ignore, error: ignore };

/** Telemetry that says nothing, or counts what it is given. */
export function silent(count: StreamTelemetry['count'] = ignore): StreamTelemetry {
  return { count, set: ignore, forget: ignore, observe: ignore, log: noLog };
}

function ignore(): void {
  // Nothing is said in a test that succeeds.
}
