import { adminSettings, logSettings, type Settings } from '@auditstream/runtime/settings';

/** The settings of the authorization plugin. */
export const authzSettings = {
  socket: {
    doc: "Unix socket on which the engine calls the plugin. The file's name without `.sock` is the plugin's name for `--authorization-plugin`.",
    format: 'text',
    default: '/run/docker/plugins/auditstream.sock',
    env: 'AUDITSTREAM_AUTHZ_SOCKET',
  },
  journal: {
    folder: {
      doc: 'Folder of the journal, from which ingest reads. It belongs to one process. Files get the permissions of the folder.',
      format: 'text',
      default: '/var/lib/auditstream/docker-authz',
      env: 'AUDITSTREAM_AUTHZ_JOURNAL_DIR',
    },
    maxBytes: {
      doc: 'What the journal may take on disk. Beyond it the oldest segment goes, and its loss is told.',
      format: 'whole-number',
      unit: 'bytes',
      minimum: 131_072,
      default: 268_435_456,
      env: 'AUDITSTREAM_AUTHZ_JOURNAL_MAX_BYTES',
    },
    segmentBytes: {
      doc: 'Size at which a segment of the journal is closed and a new one begun.',
      format: 'whole-number',
      unit: 'bytes',
      minimum: 16_384,
      maximum: 67_108_864,
      default: 8_388_608,
      env: 'AUDITSTREAM_AUTHZ_JOURNAL_SEGMENT_BYTES',
    },
  },
  calls: {
    reads: {
      doc: 'Whether API calls that only look leave an event. Reads of secrets, configs, logs, files and the like always do.',
      format: 'choice',
      choices: ['drop', 'keep'],
      default: 'drop',
      env: 'AUDITSTREAM_AUTHZ_READS',
    },
    openSeconds: {
      doc: 'After this time a call without a response leaves an event that says so.',
      format: 'whole-number',
      unit: 'seconds',
      minimum: 1,
      maximum: 86_400,
      default: 60,
      env: 'AUDITSTREAM_AUTHZ_OPEN_SECONDS',
    },
    execArguments: {
      doc: "Whether of an exec's arguments those go that look like secrets, or all.",
      format: 'choice',
      choices: ['mask', 'drop'],
      default: 'mask',
      env: 'AUDITSTREAM_AUTHZ_EXEC_ARGUMENTS',
    },
  },
  answer: {
    limitMs: {
      doc: 'The engine gets its answer after this time at the latest, whether or not the call is on record.',
      format: 'whole-number',
      unit: 'milliseconds',
      minimum: 10,
      maximum: 20_000,
      default: 2_000,
      env: 'AUDITSTREAM_AUTHZ_ANSWER_LIMIT_MS',
    },
  },
  admin: adminSettings('authz', 9110),
  log: logSettings,
} as const satisfies Settings;
