import { describe, expect, it } from '@jest/globals';
import {
  ENGINE_NAMES,
  fileName,
  parseCoordinates,
  readLock,
  repositoryFolder,
} from './artifacts.ts';
import { SPECS } from './specs.ts';

describe('parseCoordinates', () => {
  it.each([
    ['org.a.b:c:jar:1.2', 'c-1.2.jar', 'org/a/b/c/1.2'],
    ['io.apicurio:app:tar.gz:all:3.3.3', 'app-3.3.3-all.tar.gz', 'io/apicurio/app/3.3.3'],
  ])('%s is the file %s in %s', (text, file, folder) => {
    const coordinates = parseCoordinates(text);
    expect(fileName(coordinates)).toBe(file);
    expect(repositoryFolder(coordinates)).toBe(folder);
  });

  it.each(['', 'a:b:1', 'a:b:jar:', 'a:b:c:d:e:f', ':b:jar:1'])('refuses %j', (text) => {
    expect(() => parseCoordinates(text)).toThrow(
      expect.objectContaining({ code: 'setting-invalid' }),
    );
  });
});

describe.each(ENGINE_NAMES)('the lock of %s', (name) => {
  const locked = readLock()[name];

  it('is of the version that the engine is started as', () => {
    expect(locked.version).toBe(SPECS[name].version);
  });

  it('holds every root', () => {
    const all = locked.artifacts.map(({ coordinates }) => coordinates);
    const used = SPECS[name].roots.filter(
      (root) => SPECS[name].place(parseCoordinates(root)) !== undefined,
    );
    expect(all).toEqual(expect.arrayContaining(used));
  });

  it('holds only what is used, each file once and with a whole checksum', () => {
    const files = locked.artifacts.map(({ coordinates }) => {
      const at = parseCoordinates(coordinates);
      expect(SPECS[name].place(at)).toBeDefined();
      return fileName(at);
    });
    expect(new Set(files).size).toBe(files.length);
    for (const { sha256, bytes } of locked.artifacts) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
    }
  });
});
