import {
  adminSettings,
  kafkaSettings,
  logSettings,
  registrySettings,
} from '@auditstream/runtime/settings';

/** Every setting of enrich. */
export const enrichSettings = {
  continuity: {
    waitSeconds: {
      doc: "How long a missing record of an ingester is waited for before it is raised as a hole, by the broker's clock.",
      format: 'whole-number',
      unit: 'seconds',
      minimum: 1,
      default: 600,
      env: 'AUDITSTREAM_ENRICH_HOLE_WAIT_SECONDS',
    },
  },
  kafka: kafkaSettings,
  registry: registrySettings,
  admin: adminSettings('enrich', 9102),
  log: logSettings,
} as const;
