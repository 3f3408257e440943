/** Exits 0 when the service of this container is ready. Its own settings say where it answers. */
import { get } from 'node:http';
import { loadConfig } from '@auditstream/runtime/load-config';

const config = await import('../../program/dist/config.js');
const settings = Object.entries(config).find(([name]) => name.endsWith('Settings'))?.[1];
const { admin } = loadConfig(settings, process.env);
const host = ['0.0.0.0', '::'].includes(admin.host) ? '127.0.0.1' : admin.host;

get({ host, port: admin.port, path: '/readyz' }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
}).on('error', () => process.exit(1));
