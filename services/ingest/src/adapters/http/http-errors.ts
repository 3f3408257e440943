/** What the webhook answers when it does not accept, as docs/kubernetes-webhook.md lists it. */
import { STATUS_CODES } from 'node:http';

export type RefusalCode =
  | 'bad-request'
  | 'tls-failed'
  | 'bad-gzip'
  | 'not-an-event-list'
  | 'not-an-export'
  | 'wrong-way'
  | 'unauthorized'
  | 'credentials-disagree'
  | 'wrong-cluster'
  | 'not-found'
  | 'too-slow'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'busy'
  | 'unavailable'
  | 'internal';

const statuses: Readonly<Record<RefusalCode, number>> = {
  'bad-request': 400,
  // Never sent: there is no way to.
  'tls-failed': 400,
  'bad-gzip': 400,
  'not-an-event-list': 400,
  'not-an-export': 400,
  'wrong-way': 403,
  unauthorized: 401,
  'credentials-disagree': 403,
  'wrong-cluster': 403,
  'not-found': 404,
  'too-slow': 408,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  busy: 429,
  unavailable: 429,
  internal: 500,
};

/** A request that is refused as a whole. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = statuses[code];
  }

  /** 429 asks the sender to come again soon: it is the answer that API servers are most patient with. */
  get retryable(): boolean {
    return this.status === 429;
  }
}

/** Turns what was thrown while a request was handled, by us or by fastify, into a refusal. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('unsupported-media-type', 'Send the body as application/json.');
    default:
      return typeof statusCode === 'number' && statusCode < 500
        ? new Refusal('bad-request', 'The request is not valid HTTP for this path.', error)
        : new Refusal('internal', 'The request failed on our side; the log says more.', error);
  }
}

/** Why bytes never became a request. @param errorCode node's */
export function rawRefusalOf(errorCode: string): Refusal {
  return errorCode === 'ERR_HTTP_REQUEST_TIMEOUT'
    ? new Refusal('too-slow', 'The request did not arrive in time.')
    : new Refusal('bad-request', 'This is not an HTTP request.');
}

/** Why a connection never became TLS. @param errorCode node's, which has OpenSSL's reason */
export function tlsRefusalOf(errorCode: string): Refusal {
  return new Refusal('tls-failed', `The TLS handshake failed (${errorCode}).`);
}

/** A refusal as it stands on the wire, for what never became a request. */
export function rawAnswer(refusal: Refusal): string {
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  return [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
