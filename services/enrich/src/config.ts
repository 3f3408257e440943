import {
  adminSettings,
  kafkaSettings,
  logSettings,
  registrySettings,
} from '@auditstream/runtime/settings';

/** Every setting of enrich. */
export const enrichSettings = {
  kafka: kafkaSettings,
  registry: registrySettings,
  admin: adminSettings('enrich', 9102),
  log: logSettings,
} as const;

/** The consumer group in which audit.ingested is read. */
export const groupId = 'auditstream-enrich-ingested';
