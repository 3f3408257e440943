/** The flags of an API server whose audit events go to ingest, each with its reason. */

export interface ApiServerFlag {
  /** With its two dashes. */
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

export interface FlagSizes {
  /** Events. */
  readonly bufferSize: number;
  /** Events. */
  readonly maxBatchSize: number;
  /** Batches a second. */
  readonly throttleQps: number;
  /** Batches. */
  readonly throttleBurst: number;
}

/** Where the files lie on the API server's machine, and the log beside them. */
export const apiServerPaths = {
  folder: '/etc/kubernetes/audit',
  policy: '/etc/kubernetes/audit/audit-policy.yaml',
  kubeconfig: '/etc/kubernetes/audit/webhook-kubeconfig.yaml',
  logFolder: '/var/log/kubernetes/audit',
  log: '/var/log/kubernetes/audit/audit.log',
} as const;

export function apiServerFlags(sizes: FlagSizes): readonly ApiServerFlag[] {
  return [...fileFlags, ...batchFlags(sizes), ...truncateFlags, ...logFlags];
}

function flag(name: string, value: string | number, reason: string): ApiServerFlag {
  return { name: `--audit-${name}`, value: String(value), reason };
}

const fileFlags: readonly ApiServerFlag[] = [
  flag('policy-file', apiServerPaths.policy, 'What is recorded. It counts for the log file, too.'),
  flag(
    'webhook-config-file',
    apiServerPaths.kubeconfig,
    'Where ingest is, by whom it is signed, and the credential.',
  ),
  flag(
    'webhook-mode',
    'batch',
    'Requests do not wait for ingest. In the blocking modes each would, and `blocking-strict` may refuse requests while ingest is away.',
  ),
];

function batchFlags(sizes: FlagSizes): readonly ApiServerFlag[] {
  return [
    flag(
      'webhook-batch-max-size',
      sizes.maxBatchSize,
      'Events in one request. Times the throttle it is the most that can be sent in a second.',
    ),
    flag(
      'webhook-batch-max-wait',
      '5s',
      'How long an event waits for others at most. The default, 30 s, delays every finding by as much.',
    ),
    flag(
      'webhook-batch-buffer-size',
      sizes.bufferSize,
      'Events that wait in memory while more come than may be sent. Beyond it the API server drops them.',
    ),
    flag('webhook-batch-throttle-enable', 'true', 'Bounds what ingest gets at once after a pause.'),
    flag('webhook-batch-throttle-qps', sizes.throttleQps, 'Batches in a second.'),
    flag('webhook-batch-throttle-burst', sizes.throttleBurst, 'Batches at once after a pause.'),
    flag(
      'webhook-initial-backoff',
      '10s',
      'Five tries grow from here to about 90 s, then the batch is dropped. Less gives up sooner; more keeps more in memory.',
    ),
  ];
}

const truncateFlags: readonly ApiServerFlag[] = [
  flag(
    'webhook-truncate-enabled',
    'true',
    'Without it, one event that is too large costs its whole batch.',
  ),
  flag(
    'webhook-truncate-max-batch-size',
    10_485_760,
    'Bytes. A larger batch is split; ingest takes 16 MiB.',
  ),
  flag(
    'webhook-truncate-max-event-size',
    8_000_000,
    'Bytes. A larger event goes without its bodies; ingest takes 8 MiB.',
  ),
];

const logFlags: readonly ApiServerFlag[] = [
  flag(
    'log-path',
    apiServerPaths.log,
    'What the webhook drops is still here, and can be read in later: both ways give one document.',
  ),
  flag('log-maxsize', 200, 'MiB at which the file is rotated.'),
  flag('log-maxbackup', 10, 'Rotated files that stay: at most 2.2 GiB with the one in use.'),
  flag('log-maxage', 7, 'Days that rotated files stay.'),
];
