import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Catalogue } from '../domain/catalogue.ts';
import { summarise, viewRule } from '../domain/views.ts';
import { getRuleSchema, listRulesSchema } from './api-schemas.ts';

export interface ApiOptions {
  readonly catalogue: Pick<Catalogue, 'newest' | 'versionsOf'>;
  readonly log: Pick<Telemetry['log'], 'error'>;
  readonly listen: { readonly host: string; readonly port: number };
}

/** The API while it is served. */
export interface RunningApi {
  /** Where it is served, for example http://127.0.0.1:8082 */
  readonly address: string;
  /** Answers what has been asked, then closes. */
  stop(): Promise<void>;
}

/** Longer ids are none: see the pattern in check-packs.ts. */
const maxIdLength = 128;

const requestLimitMs = 30_000;

/** Serves the rules API, read-only. docs/rules-service.md is the contract. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const app = createApp(options.log);
  await app.register(swagger, { openapi: description });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  addRoutes(app, options.catalogue);
  // A copy: fastify writes into what it is given.
  const address = await app.listen({ ...options.listen });
  return { address, stop: () => app.close() };
}

function createApp(log: ApiOptions['log']): FastifyInstance {
  const app = Fastify({
    // Fastify's own default is none: whoever sends nothing more would keep the connection.
    requestTimeout: requestLimitMs,
    routerOptions: { maxParamLength: maxIdLength },
    frameworkErrors: (error, _, reply) => {
      badRequest(reply, error);
    },
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if ((error.statusCode ?? 500) < 500) return badRequest(reply, error);
    log.error({ error, method: request.method, path: request.url }, 'A request failed.');
    return fail(reply, 500, { code: 'internal', message: 'The request failed; the log says why.' });
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${request.url}; see /openapi.json.`;
    return fail(reply, 404, { code: 'not-found', message });
  });
  return app;
}

const description = {
  openapi: '3.1.0',
  info: {
    title: 'Auditstream rules',
    version: '1',
    description: 'The rules that detect runs, and their versions. Read-only.',
  },
};

function addRoutes(app: FastifyInstance, catalogue: ApiOptions['catalogue']): void {
  app.get('/v1/rules', { schema: listRulesSchema }, () => ({
    rules: [...catalogue.newest().values()].map(summarise),
  }));
  app.get<{ Params: { id: string } }>(
    '/v1/rules/:id',
    { schema: getRuleSchema },
    (request, reply) => {
      const rule = viewRule(catalogue.versionsOf(request.params.id));
      if (rule !== undefined) return reply.send(rule);
      const message = `There is no rule with the id ${JSON.stringify(request.params.id)}.`;
      return fail(reply, 404, { code: 'rule-not-found', message });
    },
  );
}

/** Also what fastify refuses before any route: a path that is too long, or no UTF-8. */
function badRequest(
  reply: FastifyReply,
  { statusCode = 400, message }: FastifyError,
): FastifyReply {
  return fail(reply, statusCode, { code: 'bad-request', message });
}

function fail(
  reply: FastifyReply,
  status: number,
  body: { readonly code: string; readonly message: string },
): FastifyReply {
  return reply.code(status).send(body);
}
