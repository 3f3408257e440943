import { spawn } from 'node:child_process';
import { CliError } from '../errors.ts';
import { projectRoot } from './folders.ts';

/** The services of docker-compose.yml that are engines. */
const engineServices = ['kafka', 'registry', 'opensearch'] as const;

/** True where a Docker daemon answers and the compose plug-in is there. */
export async function dockerAnswers(): Promise<boolean> {
  return (await succeeds(['info'])) && (await succeeds(['compose', 'version']));
}

/** The engines that run already under compose; they are not ours to stop. */
export async function composeRunning(): Promise<boolean> {
  return (await output(['compose', 'ps', '--status=running', '-q', 'opensearch'])).trim() !== '';
}

/** @throws CliError with what docker said on stderr already shown to the person */
export async function composeUp(): Promise<void> {
  await compose(['up', '--detach', '--wait', ...engineServices]);
}

/** Stops the engines, and no other service of the project. */
export async function composeStop(): Promise<void> {
  await compose(['rm', '--stop', '--force', ...engineServices]);
}

/** Takes the whole project down, with the engines' data. */
export async function composeForget(): Promise<void> {
  await compose(['down', '--volumes']);
}

async function compose(args: readonly string[]): Promise<void> {
  const code = await docker(['compose', ...args], 'inherit');
  if (code === 0) return;
  throw new CliError(
    `'docker compose ${args.join(' ')}' ended with ${code ?? 'a signal'}: what it printed above says ` +
      "why; '--engines local' does without Docker.",
  );
}

async function succeeds(args: readonly string[]): Promise<boolean> {
  return (await docker(args, 'ignore')) === 0;
}

function docker(args: readonly string[], output: 'inherit' | 'ignore'): Promise<number | null> {
  const stderr = output === 'inherit' ? process.stderr : 'ignore';
  return new Promise((resolve) => {
    const child = spawn('docker', args, { cwd: projectRoot, stdio: ['ignore', stderr, stderr] });
    child.on('error', () => {
      resolve(null);
    });
    child.on('exit', resolve);
  });
}

function output(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', () => {
      resolve('');
    });
    child.on('close', () => {
      resolve(text);
    });
  });
}
