import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Catalogue } from '../domain/catalogue.ts';
import { summarise, viewRule } from '../domain/views.ts';
import { getRuleSchema, listRulesSchema } from './api-schemas.ts';

export interface ApiOptions {
  readonly catalogue: Pick<Catalogue, 'newest' | 'versionsOf'>;
  readonly log: Pick<Telemetry['log'], 'error'>;
}

/** Longer ids are none: see the pattern in check-packs.ts. */
const maxIdLength = 128;

/** The rules API, read-only, not listening yet. docs/rules-service.md is the contract. */
export async function createApi({ catalogue, log }: ApiOptions): Promise<FastifyInstance> {
  const app = Fastify({
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
  await app.register(swagger, { openapi: description });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  addRoutes(app, catalogue);
  await app.ready();
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
