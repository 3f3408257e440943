import {
  adminSettings,
  kafkaSettings,
  logSettings,
  registrySettings,
  type Settings,
} from '@auditstream/runtime/settings';

/** The settings of detect. */
export const detectSettings = {
  kafka: kafkaSettings,
  registry: registrySettings,
  admin: adminSettings('detect', 9103),
  log: logSettings,
} as const satisfies Settings;
