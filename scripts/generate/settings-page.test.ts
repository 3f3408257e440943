import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listSettings } from '@auditstream/runtime/settings';
import { renderAllSettings, services } from './settings-page.ts';

const folder = join(import.meta.dirname, '..', '..', 'services');

describe('the page of all settings', () => {
  const page = renderAllSettings();

  it('forgets no service', () => {
    expect(services.map(({ service }) => service).sort()).toEqual(readdirSync(folder).sort());
  });

  it.each(services.flatMap(({ settings }) => listSettings(settings)).map((s) => s.setting.env))(
    'has %s once',
    (variable) => {
      expect(page.match(new RegExp(`^\\| \`${variable}\` `, 'gm'))).toHaveLength(1);
    },
  );

  it('leaves settings of services to the services', () => {
    const [, cli = ''] = page.split('## Command line');
    expect(cli).not.toContain('AUDITSTREAM_RULES_PORT');
  });
});
