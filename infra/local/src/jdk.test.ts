import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseJdk, findJdk, javaMajor, javaVersionIn } from './jdk.ts';

describe('javaMajor', () => {
  it.each([
    ['21.0.2', 21],
    ['25', 25],
    ['25.0.3+9', 25],
    ['22-ea', 22],
    ['1.8.0_392', 8],
    ['nonsense', undefined],
    ['', undefined],
  ])('reads %j as %j', (version, major) => {
    expect(javaMajor(version)).toBe(major);
  });
});

describe('javaVersionIn', () => {
  it.each([
    ['IMPLEMENTOR="x"\nJAVA_VERSION="25.0.3"\nJAVA_VERSION_DATE="2026-04-21"\n', '25.0.3'],
    ['openjdk version "21.0.2" 2024-01-16\nOpenJDK Runtime Environment', '21.0.2'],
    ['java version "1.8.0_392"', '1.8.0_392'],
    ['something else', undefined],
  ])('finds the version in %j', (text, version) => {
    expect(javaVersionIn(text)).toBe(version);
  });
});

describe('chooseJdk', () => {
  it('takes the oldest that is new enough', () => {
    const seen = [25, 17, 21, 24].map((major) => ({ home: `/jdk-${major}`, major }));
    expect(chooseJdk(seen)).toEqual({ home: '/jdk-21', major: 21 });
  });

  it.each([
    [[], /none was found.*set JAVA_HOME/],
    [[{ home: '/old', major: 17 }], /only Java 17 in \/old was found.*set JAVA_HOME/],
  ])('says what was seen in %j and what to do', (seen, message) => {
    expect(() => chooseJdk(seen)).toThrow(
      expect.objectContaining({ code: 'jdk-missing', message: expect.stringMatching(message) }),
    );
  });
});

describe('findJdk', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'auditstream-jdk-'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  const layOut = async (name: string, version: string, release = true): Promise<string> => {
    const home = join(root, name);
    await mkdir(join(home, 'bin'), { recursive: true });
    const java = join(home, 'bin', 'java');
    await writeFile(java, `#!/bin/sh\necho 'openjdk version "${version}" 2026-01-01' >&2\n`);
    await chmod(java, 0o755);
    if (release) await writeFile(join(home, 'release'), `JAVA_VERSION="${version}"\n`);
    return home;
  };

  it('prefers JAVA_HOME to the PATH and to the usual folders', async () => {
    const own = await layOut('own/jdk', '25.0.1');
    const onPath = await layOut('path/jdk', '23.0.1');
    await layOut('usual/jdk', '21.0.2');
    const env = { JAVA_HOME: own, PATH: join(onPath, 'bin') };
    const found = await findJdk({ env, folders: [join(root, 'usual')] });
    expect(found).toEqual({ home: own, major: 25 });
  });

  it('passes by a JAVA_HOME that is too old or gone', async () => {
    const old = await layOut('own/jdk', '17.0.15');
    const usual = await layOut('usual/jdk', '21.0.2');
    const folders = [join(root, 'usual')];
    const expected = { home: usual, major: 21 };
    expect(await findJdk({ env: { JAVA_HOME: old }, folders })).toEqual(expected);
    expect(await findJdk({ env: { JAVA_HOME: join(root, 'gone') }, folders })).toEqual(expected);
  });

  it('follows a link on the PATH to the JDK behind it', async () => {
    const home = await layOut('real/jdk', '24.0.0');
    await mkdir(join(root, 'bin'));
    await symlink(join(home, 'bin', 'java'), join(root, 'bin', 'java'));
    expect(await findJdk({ env: { PATH: join(root, 'bin') }, folders: [] })).toEqual({
      home,
      major: 24,
    });
  });

  it('asks java itself where there is no release file', async () => {
    const home = await layOut('usual/jdk', '22.0.1', false);
    expect(await findJdk({ env: {}, folders: [join(root, 'usual')] })).toEqual({ home, major: 22 });
  });

  it('looks into the bundles of macOS', async () => {
    const home = await layOut('usual/temurin.jdk/Contents/Home', '21.0.4');
    expect(await findJdk({ env: {}, folders: [join(root, 'usual')] })).toEqual({ home, major: 21 });
  });
});
