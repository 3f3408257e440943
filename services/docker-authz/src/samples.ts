/** Messages as an engine writes them, for tests. */

export interface SampleCall {
  readonly user?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SampleEnd {
  readonly status?: number;
  readonly body?: string;
  /** Whether any of the response has been sent. */
  readonly isFlushed?: boolean;
}

export const engineHeaders = { 'Api-Version': '1.41', Server: 'Docker/20.10.24 (linux)' };

export function requestOf(call: SampleCall = {}): Buffer {
  return Buffer.from(`${JSON.stringify(membersOf(call))}\n`);
}

export function responseOf(call: SampleCall = {}, end: SampleEnd = {}): Buffer {
  const response = {
    ...(end.status === undefined ? {} : { ResponseStatusCode: end.status }),
    ...(end.body === undefined ? {} : { ResponseBody: base64(end.body) }),
    ...(end.isFlushed === true ? {} : { ResponseHeaders: engineHeaders }),
  };
  return Buffer.from(`${JSON.stringify({ ...membersOf(call), ...response })}\n`);
}

function membersOf(call: SampleCall): object {
  const { user, method = 'POST', uri = '/v1.41/containers/web/start', body, headers } = call;
  return {
    ...(user === undefined ? {} : { User: user, UserAuthNMethod: 'TLS' }),
    ...{ RequestMethod: method, RequestUri: uri },
    ...(body === undefined ? {} : { RequestBody: base64(body) }),
    RequestHeaders: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
