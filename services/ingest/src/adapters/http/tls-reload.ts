/** Keeps the listener's certificate the one that its files hold, and tells of its end. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type TlsFiles } from '../../config.ts';
import { readTlsFiles, type TlsMaterial } from './tls-files.ts';
import { wait } from '../waiting.ts';

export interface TlsReloadOptions {
  readonly files: TlsFiles;
  /** What is in use. */
  readonly material: TlsMaterial;
  /** Puts another into use. */
  readonly apply: (material: TlsMaterial) => void;
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'log'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds between two looks at the files; 10,000 if not given. */
  readonly everyMs?: number;
}

const defaultEveryMs = 10_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Looks at the files until the signal is aborted; never rejects. */
export async function keepTlsCurrent(
  signal: AbortSignal,
  options: TlsReloadOptions,
): Promise<void> {
  const { telemetry, apply, now } = options;
  const warn = createExpiryWarning(options);
  let material = options.material;
  let problem: string | undefined;
  let told: string | undefined;
  for (;;) {
    telemetry.set('ingest_tls_certificate_expiry_seconds', {}, material.notAfter / 1000);
    warn(material);
    await wait(options.everyMs ?? defaultEveryMs, signal);
    if (signal.aborted) return;
    const next = await readNext(options.files, material, now());
    if (next.type === 'same') {
      [problem, told] = [undefined, undefined];
    } else if (next.type === 'usable') {
      [problem, told] = [undefined, undefined];
      material = next.material;
      apply(material);
      telemetry.count('ingest_tls_reloads_total', { result: 'loaded' });
      telemetry.log.info({ notAfter: timeOf(material.notAfter) }, 'The TLS files were read anew.');
    } else if (next.problem !== problem) {
      // While files are being replaced one may be newer than the other: it counts when it stays so.
      problem = next.problem;
    } else if (problem !== told) {
      told = problem;
      telemetry.count('ingest_tls_reloads_total', { result: 'refused' });
      const { error } = next;
      telemetry.log.error({ error }, `The TLS in use is kept; its files changed, but: ${problem}`);
    }
  }
}

type Next =
  | { readonly type: 'same' }
  | { readonly type: 'usable'; readonly material: TlsMaterial }
  | { readonly type: 'refused'; readonly problem: string; readonly error: unknown };

async function readNext(files: TlsFiles, inUse: TlsMaterial, now: number): Promise<Next> {
  try {
    const material = await readTlsFiles(files);
    if (isSame(material, inUse)) return { type: 'same' };
    if (material.notAfter > now) return { type: 'usable', material };
    const problem = `The certificate in ${files.certFile} ended at ${timeOf(material.notAfter)}.`;
    return { type: 'refused', problem, error: undefined };
  } catch (error) {
    return { type: 'refused', problem: error instanceof Error ? error.message : '', error };
  }
}

function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  const texts = [one, other].map(({ cert, key, clientCa }) => [cert, key, clientCa].join('\n'));
  return texts[0] === texts[1];
}

/**
 * Certificates are renewed when a third of their time is left, or thirty days before their end. When a
 * fifth is left, at most fourteen days, that has not happened.
 */
function createExpiryWarning({
  telemetry,
  now,
  files,
}: TlsReloadOptions): (material: TlsMaterial) => void {
  let warnedAt = -Infinity;
  return ({ notBefore, notAfter }) => {
    const leftMs = notAfter - now();
    if (leftMs > Math.min((notAfter - notBefore) / 5, 14 * dayMs)) return;
    if (now() - warnedAt < hourMs) return;
    warnedAt = now();
    const fields = { file: files.certFile, notAfter: timeOf(notAfter) };
    const message =
      leftMs > 0
        ? 'The TLS certificate ends soon and was not renewed.'
        : 'The TLS certificate has ended: API servers refuse to connect.';
    telemetry.log[leftMs > 0 ? 'warn' : 'error'](fields, message);
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
