import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checksumFile, sha256, writeRelease } from './write-release.ts';

const schemas = new Map([['audit.sample', '{"type":"record","name":"S","fields":[]}']]);

let history: string;
beforeEach(() => {
  history = mkdtempSync(join(tmpdir(), 'auditstream-history-'));
});
afterEach(() => {
  rmSync(history, { recursive: true });
});

describe('writeRelease', () => {
  it('keeps each schema and its checksum', () => {
    const folder = writeRelease(history, '1.2.3', schemas);
    const text = readFileSync(join(folder, 'audit.sample.avsc'), 'utf8');
    expect(folder).toBe(join(history, '1.2.3'));
    expect(JSON.parse(text)).toEqual({ type: 'record', name: 'S', fields: [] });
    expect(readFileSync(join(folder, checksumFile), 'utf8')).toBe(
      `${sha256(text)}  audit.sample.avsc\n`,
    );
  });

  it('leaves a release alone', () => {
    const folder = writeRelease(history, '1.2.3', schemas);
    const other = new Map([['audit.sample', '{"type":"record","name":"Other","fields":[]}']]);
    expect(() => writeRelease(history, '1.2.3', other)).toThrow(/never change/);
    expect(readFileSync(join(folder, 'audit.sample.avsc'), 'utf8')).toContain('"S"');
  });

  it.each([undefined, '', 'v1.2.3', '1.2', '../1.2.3'])('takes %p for no version', (version) => {
    expect(() => writeRelease(history, version, schemas)).toThrow(/Name the release/);
  });
});
