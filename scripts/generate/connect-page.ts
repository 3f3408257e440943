import { apiServerFlags } from '../../cli/src/api-server/flags.ts';
import { sizeFor } from '../../cli/src/api-server/sizing.ts';
import { code, table, withSection } from './markdown.ts';

/** Requests a second of one API server. */
const loads = [100, 500, 1_000, 2_000, 4_000, 12_000];

/** docs/connect-kubernetes.md: the flags and the sizes in a page that people write. */
export function renderConnectPage(page: string): string {
  return withSection(withSection(page, 'flags', flagsTable()), 'sizing', sizingTable());
}

function flagsTable(): string {
  const flags = apiServerFlags(sizeFor(100));
  return table([
    ['flag', 'why'],
    ...flags.map(({ name, value, reason }) => [code(`${name}=${value}`), reason]),
  ]);
}

function sizingTable(): string {
  return table([
    [
      'requests/s',
      'kB/s',
      '`batch-max-size`',
      '`throttle-qps`',
      '`buffer-size`',
      'memory',
      'log a day',
      '1 GiB of spool',
    ],
    ...loads.map((load) => {
      const size = sizeFor(load);
      return [
        load.toLocaleString('en'),
        Math.round(size.bytesPerSecond / 1e3).toLocaleString('en'),
        size.maxBatchSize.toLocaleString('en'),
        String(size.throttleQps),
        size.bufferSize.toLocaleString('en'),
        `${Math.ceil(size.apiServerMemory / 1e6).toLocaleString('en')} MB`,
        `${Math.ceil(size.logPerDay / 1e9).toLocaleString('en')} GB`,
        `${Math.floor(2 ** 30 / size.bytesPerSecond / 60)} min`,
      ];
    }),
  ]);
}
