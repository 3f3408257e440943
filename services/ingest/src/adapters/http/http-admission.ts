/** What is decided of a request before its body is read. */
import { type FastifyRequest } from 'fastify';
import { type ByteBudget, openReservation, type Reservation } from '../../byte-budget.ts';
import { type Source, type WebhookSource } from '../../domain/sources.ts';
import { type BodyEncoding, busy, inflateStepBytes, maxBodyBytes, tooLarge } from './http-body.ts';
import { createIdentify, type Identify } from './http-credentials.ts';
import { Refusal } from './http-errors.ts';
import { type Listener } from './http-listener.ts';
import { latest } from './latest.ts';

export interface Admission {
  readonly source: WebhookSource;
  readonly encoding: BodyEncoding;
  /** Memory for the body; a compressed one takes more as it is inflated. */
  readonly reserved: Reservation;
  /** Settles when the body is of no more use to the step. */
  accepting: Promise<unknown>;
}

/** Last part of a path: the audit webhook itself, or what a managed service exports. */
export type WebhookWay = 'audit' | 'export';

/** What a path says. */
export interface WebhookPath {
  readonly cluster: string;
  readonly way: WebhookWay;
}

export interface Admissions {
  /** @throws Refusal where a request is not let in */
  admit(request: FastifyRequest, path: WebhookPath): Admission;
  /** @throws where a request was never let in, which is a defect */
  of(request: FastifyRequest): Admission;
  /** Whose credential a request has shown, let in or not. */
  sourceOf(request: FastifyRequest): WebhookSource | undefined;
}

export interface AdmissionOptions {
  /** Those of other kinds are passed over. */
  readonly sources: () => readonly Source[];
  readonly budget: ByteBudget;
  readonly listener: Pick<Listener, 'certificateOf'>;
}

export function createAdmissions({ sources, budget, listener }: AdmissionOptions): Admissions {
  const identify = latest(sources, (all) =>
    createIdentify(all.filter((source) => source.kind === 'kubernetes-webhook')),
  );
  const admitted = new WeakMap<FastifyRequest, Admission>();
  const senders = new WeakMap<FastifyRequest, WebhookSource>();
  return {
    admit(request, { cluster, way }) {
      const source = authenticate(request, identify(), listener);
      senders.set(request, source);
      if (source.cluster !== cluster) {
        const message = 'The credential belongs to another cluster than the path names.';
        throw new Refusal('wrong-cluster', message);
      }
      requireWay(source, way);
      const encoding = encodingOf(request);
      const reserved = reserve(request, encoding, budget);
      const admission = { source, encoding, reserved, accepting: Promise.resolve() };
      admitted.set(request, admission);
      return admission;
    },
    of(request) {
      const admission = admitted.get(request);
      if (admission === undefined) throw new Error('A request came past its admission.');
      return admission;
    },
    sourceOf: (request) => senders.get(request),
  };
}

/** A source that exports does nothing else, so that a body is never taken for what it is not. */
function requireWay({ exported }: WebhookSource, way: WebhookWay): void {
  if ((exported !== undefined) === (way === 'export')) return;
  const message =
    way === 'export'
      ? 'The source is no export: send an EventList to /audit, or give it exported and exportedAs.'
      : 'The source is an export: send it to /export.';
  throw new Refusal('wrong-way', message);
}

function authenticate(
  request: FastifyRequest,
  identify: Identify,
  listener: AdmissionOptions['listener'],
): WebhookSource {
  const authorization = request.headers.authorization ?? firehoseKey(request);
  const certificate = listener.certificateOf(request.raw.socket);
  const identified = identify({ authorization, certificate });
  switch (identified.type) {
    case 'known':
      return identified.source;
    case 'unknown': {
      const message =
        'Send a known token as "Authorization: Bearer <token>", or a known certificate.';
      throw new Refusal('unauthorized', message);
    }
    case 'disagreement': {
      const message = 'Token and client certificate belong to different sources.';
      throw new Refusal('credentials-disagree', message);
    }
  }
}

/** Amazon Data Firehose can't send an Authorization header; its access key is the token. */
function firehoseKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['x-amz-firehose-access-key'];
  return typeof key === 'string' ? `Bearer ${key}` : undefined;
}

function encodingOf(request: FastifyRequest): BodyEncoding {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  switch (encoding) {
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      throw new Refusal(
        'unsupported-media-type',
        'Send the body as it is, or with Content-Encoding gzip and nothing else.',
      );
  }
}

/** A body of unknown length may become as long as any. */
function reserve(request: FastifyRequest, encoding: BodyEncoding, budget: ByteBudget): Reservation {
  const announced = Number(request.headers['content-length'] ?? maxBodyBytes);
  if (announced > maxBodyBytes) throw tooLarge();
  const reserved = openReservation(budget);
  if (!reserved.take(encoding === 'gzip' ? inflateStepBytes : announced)) throw busy();
  return reserved;
}
