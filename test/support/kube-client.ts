/** As much of a Kubernetes client as a workload needs: requests as one user or another. */
import { Agent, request } from 'node:https';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: string | object;
  /** application/json where it is not given. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface KubeResponse {
  readonly status: number;
  readonly body: string;
}

export interface KubeClient {
  send(what: KubeRequest): Promise<KubeResponse>;
  close(): void;
}

export interface KubeAccess {
  readonly port: number;
  /** PEM of what signed the server's certificate. */
  readonly ca: string;
  /** Bearer token; without one the user is anonymous. */
  readonly token?: string;
}

/** Connections are kept, as those of a Kubernetes client are. */
export function createKubeClient({ port, ca, token }: KubeAccess): KubeClient {
  const agent = new Agent({ keepAlive: true, ca });
  const credential: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    send: ({ method, path, body, contentType = 'application/json', headers }) =>
      new Promise((resolve, reject) => {
        const payload = typeof body === 'string' ? body : body && JSON.stringify(body);
        const type = payload === undefined ? {} : { 'content-type': contentType };
        const outgoing = request(
          { host: '127.0.0.1', port, method, path, agent, ...headersOf(type, credential, headers) },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject).on('end', () => {
              const text = Buffer.concat(chunks).toString('utf8');
              resolve({ status: response.statusCode ?? 0, body: text });
            });
          },
        );
        outgoing.on('error', reject).end(payload);
      }),
    close: () => {
      agent.destroy();
    },
  };
}

function headersOf(...all: readonly (Readonly<Record<string, string>> | undefined)[]): {
  readonly headers: Record<string, string>;
} {
  return {
    headers: Object.assign({ accept: 'application/json' }, ...all) as Record<string, string>,
  };
}
