import { spawn } from 'node:child_process';
import { type Coordinates } from './artifacts.ts';
import { LocalEngineError, isErrno } from './errors.ts';

/** Pinned, so that a machine's own default version of the plugin doesn't decide what happens. */
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export interface MavenRun {
  /** `copy` or `copy-dependencies` of the dependency plugin. */
  readonly goal: 'copy' | 'copy-dependencies';
  /** Path of the POM. */
  readonly pom: string;
  /** The local repository; never the account's own, so that nothing depends on a home folder. */
  readonly repository: string;
  readonly outputDir: string;
  readonly javaHome: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs Maven in batch mode. The user's Maven settings (mirrors, proxies) hold as always.
 * Throws `maven-missing` or `maven-failed`, the latter with Maven's own error lines.
 */
export async function runMaven(run: MavenRun): Promise<void> {
  const plugin = `${DEPENDENCY_PLUGIN}:${run.goal}`;
  const fixed = ['-B', '-ntp', '-f', run.pom, `-Dmaven.repo.local=${run.repository}`, plugin];
  const args = [...fixed, `-DoutputDirectory=${run.outputDir}`, ...(run.args ?? [])];
  const { code, output } = await capture(args, run);
  if (code === 0) return;
  const lines = output.split('\n').filter((line) => line.startsWith('[ERROR]') && line.length > 8);
  throw new LocalEngineError(
    'maven-failed',
    `Maven couldn't download the engines (exit ${code ?? 'by signal'}): check the network and ` +
      `your Maven settings (mirror, proxy).\n${lines.slice(0, 5).join('\n')}`,
  );
}

function capture(
  args: readonly string[],
  { env, javaHome, signal }: MavenRun,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', args, {
      env: { ...env, JAVA_HOME: javaHome },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      reject(asMavenError(error));
    });
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

function asMavenError(error: Error): LocalEngineError {
  if (isErrno(error, 'ENOENT')) {
    const remedy = 'install Maven 3.6 or newer, or use --engines docker or --engines external';
    return new LocalEngineError('maven-missing', `There is no mvn on the PATH: ${remedy}.`, error);
  }
  if (error.name === 'AbortError') {
    return new LocalEngineError('cancelled', 'The download was cancelled.', error);
  }
  return new LocalEngineError('maven-failed', `Maven couldn't be run: ${error.message}.`, error);
}

/** A POM whose `dependency:copy` fetches exactly these artifacts and nothing they depend on. */
export function pomToCopy(artifacts: readonly Coordinates[]): string {
  const items = artifacts.map((item) => `<artifactItem>${tags(item)}</artifactItem>`).join('\n');
  return pom(
    `<build><plugins><plugin>
<groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
<configuration><artifactItems>
${items}
</artifactItems></configuration></plugin></plugins></build>`,
  );
}

/** A POM that depends on these artifacts; what isn't a jar brings no dependencies of its own. */
export function pomToResolve(roots: readonly Coordinates[]): string {
  const alone =
    '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  const items = roots.map(
    (root) => `<dependency>${tags(root)}${root.type === 'jar' ? '' : alone}</dependency>`,
  );
  return pom(`<dependencies>\n${items.join('\n')}\n</dependencies>`);
}

function tags({ group, artifact, version, type, classifier }: Coordinates): string {
  const extra = classifier === undefined ? '' : `<classifier>${classifier}</classifier>`;
  return (
    `<groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
    `<version>${version}</version><type>${type}</type>${extra}`
  );
}

function pom(body: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>auditstream</groupId><artifactId>engines</artifactId><version>1</version>
<packaging>pom</packaging>
${body}
</project>
`;
}
