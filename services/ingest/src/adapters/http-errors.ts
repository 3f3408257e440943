/** What the webhook answers when it does not accept, as docs/ingest.md lists it. */

export type RefusalCode =
  | 'bad-request'
  | 'not-an-event-list'
  | 'unauthorized'
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
  'not-an-event-list': 400,
  unauthorized: 401,
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
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('body-too-large', 'The body has more than 16 MiB: send smaller batches.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('unsupported-media-type', 'Send the body as application/json.');
    default:
      return typeof statusCode === 'number' && statusCode < 500
        ? new Refusal('bad-request', 'The request is not valid HTTP for this path.', error)
        : new Refusal('internal', 'The request failed on our side; the log says more.', error);
  }
}

/** The answer to bytes that never became a request, as it stands on the wire. */
export function rawAnswer(errorCode: string): string {
  const isSlow = errorCode === 'ERR_HTTP_REQUEST_TIMEOUT';
  const refusal = isSlow
    ? new Refusal('too-slow', 'The request did not arrive in time.')
    : new Refusal('bad-request', 'This is not an HTTP request.');
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  const reason = isSlow ? 'Request Timeout' : 'Bad Request';
  return [
    `HTTP/1.1 ${refusal.status} ${reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
