import { freePorts } from '@auditstream/local/ports';
import { serviceNames } from '../../cli/src/pipeline/services.ts';

/** Environment variables that put our services on free ports. */
export async function servicePorts(): Promise<Record<string, string>> {
  const names = [
    'AUDITSTREAM_INGEST_PORT',
    'AUDITSTREAM_RULES_PORT',
    ...serviceNames.map((name) => `AUDITSTREAM_${name.toUpperCase()}_ADMIN_PORT`),
  ];
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}
