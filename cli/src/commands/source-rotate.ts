/** `source rotate`: a second credential beside the first, and later the first one's end. */
import { CliError } from '../errors.ts';
import { entriesOf, fits, valuesOf, withValues } from '../sources/sources-document.ts';
import { shellWord } from '../view/printable.ts';
import {
  type CredentialOptions,
  makeCredential,
  tokenToShow,
  writeKit,
} from './source-add-kubernetes.ts';
import { type AddPorts } from './source-add.ts';
import { requireText } from './source-context.ts';

export interface RotateOptions extends CredentialOptions {
  /** Ends all credentials but the newest. */
  readonly finish?: boolean;
  readonly json?: boolean;
}

type RotatePorts = Pick<AddPorts, 'file' | 'save' | 'now' | 'say' | 'print'>;

const kind = 'kubernetes-webhook';
const keys = ['tokenSha256', 'certificateKeySha256'] as const;

export async function rotate(
  cluster: string,
  options: RotateOptions,
  ports: RotatePorts,
): Promise<void> {
  await (options.finish === true ? finish(cluster, ports) : begin(cluster, options, ports));
}

async function begin(cluster: string, options: RotateOptions, ports: RotatePorts): Promise<void> {
  const { file, save, say, print } = ports;
  const text = requireText(file);
  const made = await makeCredential(cluster, options, ports.now());
  const { key, value } = made.proof;
  const values = [...valuesUnder(key, cluster, { ...file, text }), value];
  const selector = { cluster, kind };
  const changed = withValues(file.path, text, { selector, key, values });
  const out = await writeKit(cluster, options, made);
  await save(changed);
  const { token } = tokenToShow(made, options);
  say(`both credentials of ${cluster} count now; the new one is in ${out}`);
  say(
    `Give it to every API server and start each again; then: auditstream source rotate ${shellWord(cluster)} --finish`,
  );
  if (options.json === true) print(JSON.stringify({ kind, cluster, out, token }));
  else if (token !== undefined) print(token);
}

async function finish(cluster: string, { file, save, say }: RotatePorts): Promise<void> {
  let text = requireText(file);
  let ended = 0;
  for (const key of keys) {
    const values = valuesUnder(key, cluster, { path: file.path, text });
    if (values.length < 2) continue;
    ended += values.length - 1;
    text = withValues(file.path, text, {
      selector: { cluster, kind },
      key,
      values: values.slice(-1),
    });
  }
  if (ended === 0) throw new CliError(`${cluster} has no older credential that could end.`);
  await save(text);
  say(`${ended} older credential${ended === 1 ? '' : 's'} of ${cluster} ended; the newest counts.`);
}

function valuesUnder(
  key: string,
  cluster: string,
  { path, text }: { readonly path: string; readonly text: string },
): readonly string[] {
  const entry = entriesOf(path, text).find((some) => fits(some, { cluster, kind }));
  return entry === undefined ? [] : valuesOf(entry, key);
}
