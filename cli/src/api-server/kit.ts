/** The files that connect an API server to ingest. */
import { parseDocument, stringify } from 'yaml';
import { type ApiServerFlag, apiServerPaths } from './flags.ts';

/** What the API server shows ingest. PEM. */
export type ApiServerCredential =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'certificate'; readonly certificate: string; readonly key: string };

export interface KitRequest {
  readonly cluster: string;
  /** Base address of ingest, with https. */
  readonly url: string;
  /** PEM of what has signed ingest's certificate; null where the API server's machine knows it. */
  readonly ca: string | null;
  readonly credential: ApiServerCredential;
  readonly flags: readonly ApiServerFlag[];
  /** The texts of infra/kubernetes/. */
  readonly policy: string;
  readonly kubeconfigTemplate: string;
}

/** Names and texts of the files, in the order in which the README speaks of them. */
export function kitFiles(request: KitRequest): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', readme(request)],
    ['audit-policy.yaml', request.policy],
    ['webhook-kubeconfig.yaml', kubeconfig(request)],
    ['flags.txt', flagsText(request.flags)],
    ['kube-apiserver0+json.yaml', kubeadmPatch(request.flags)],
  ]);
}

export function webhookUrl(url: string, cluster: string): string {
  return `${url.replace(/\/+$/, '')}/v1/kubernetes/${cluster}/audit`;
}

/** The template with its values: what is secret or binary stands inside, so that one file is all there is. */
export function kubeconfig(
  request: Pick<KitRequest, 'cluster' | 'url' | 'ca' | 'credential' | 'kubeconfigTemplate'>,
): string {
  const { cluster, url, ca, credential, kubeconfigTemplate } = request;
  const document = parseDocument(kubeconfigTemplate);
  const server = ['clusters', 0, 'cluster'];
  const user = ['users', 0, 'user'];
  document.setIn([...server, 'server'], webhookUrl(url, cluster));
  document.deleteIn([...server, 'certificate-authority-data']);
  if (ca !== null) document.setIn([...server, 'certificate-authority-data'], base64(ca));
  document.deleteIn([...user, 'token']);
  if (credential.type === 'token') document.setIn([...user, 'token'], credential.token);
  else {
    document.setIn([...user, 'client-certificate-data'], base64(credential.certificate));
    document.setIn([...user, 'client-key-data'], base64(credential.key));
  }
  return document.toString({ lineWidth: 0 });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function flagsText(flags: readonly ApiServerFlag[]): string {
  return flags.map(({ name, value }) => `${name}=${value}\n`).join('');
}

/** A JSON patch (RFC 6902) of the static pod, as `kubeadm --patches` takes it. */
function kubeadmPatch(flags: readonly ApiServerFlag[]): string {
  const mounts = [
    { name: 'audit', path: apiServerPaths.folder, readOnly: true },
    { name: 'audit-log', path: apiServerPaths.logFolder, readOnly: false },
  ];
  const add = (path: string, value: unknown): object => ({ op: 'add', path, value });
  return stringify(
    [
      ...flags.map(({ name, value }) => add('/spec/containers/0/command/-', `${name}=${value}`)),
      ...mounts.map(({ name, path, readOnly }) =>
        add('/spec/containers/0/volumeMounts/-', { name, mountPath: path, readOnly }),
      ),
      ...mounts.map(({ name, path }) =>
        add('/spec/volumes/-', { name, hostPath: { path, type: 'DirectoryOrCreate' } }),
      ),
    ],
    { lineWidth: 0 },
  );
}

function readme({ cluster, url, credential }: KitRequest): string {
  const secret = credential.type === 'token' ? 'a token' : 'a private key';
  return `# Connect the API servers of ${cluster}

\`webhook-kubeconfig.yaml\` holds ${secret}: whoever has it can write events as this cluster.

1. On each machine of the control plane, put the files where the API server reads them:

   \`\`\`sh
   install -d -m 0700 ${apiServerPaths.folder} ${apiServerPaths.logFolder}
   install -m 0600 audit-policy.yaml webhook-kubeconfig.yaml ${apiServerPaths.folder}
   \`\`\`

   It has to reach ${url} from there.

2. Add the flags. With kubeadm, keep \`kube-apiserver0+json.yaml\` in a folder, and give that folder to
   \`kubeadm init\`, \`kubeadm join\`, \`kubeadm upgrade apply\` and \`kubeadm upgrade node\` as \`--patches\`.
   Otherwise put the lines of \`flags.txt\` into the command of the static pod
   (\`/etc/kubernetes/manifests/kube-apiserver.yaml\`), and mount \`${apiServerPaths.folder}\` (read-only) and
   \`${apiServerPaths.logFolder}\` into it as \`hostPath\` volumes, under the same paths.
   An API server that has audit flags already must not have them twice.

3. The kubelet starts the API server again by itself. One that does not come up says why in
   \`crictl logs\`; take the flags out again, and it runs as before.

Why each flag is there, and how large the buffers have to be: docs/connect-kubernetes.md.
`;
}
