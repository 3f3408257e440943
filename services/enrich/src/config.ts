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
