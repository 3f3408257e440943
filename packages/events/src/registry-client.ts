import { CodecError } from './errors.ts';

/** A schema registry with Confluent's REST API, as far as the codecs need one. */
export interface SchemaRegistry {
  /**
   * The id of a schema already registered under a subject.
   * @throws CodecError 'unknown-schema' where set-up has not registered it, 'registry-unreachable'
   */
  idOf(subject: string, schema: string): Promise<number>;
  /**
   * The schema that an id stands for.
   * @throws CodecError 'unknown-schema', 'registry-unreachable'
   */
  schemaOf(id: number): Promise<string>;
}

/** What set-up does beyond reading; services have no right to it. */
export interface SchemaRegistrar {
  /**
   * Registers a schema, if it is not yet there, and returns its id.
   * @throws CodecError 'incompatible-schema' where the registry refuses it, 'registry-unreachable'
   */
  register(subject: string, schema: string): Promise<number>;
  /** Demands that every later schema of a subject can read all earlier ones. */
  requireBackwardTransitive(subject: string): Promise<void>;
}

export interface RegistryClientOptions {
  /** Base address, for example http://127.0.0.1:8081/apis/ccompat/v7 */
  readonly url: string;
  /** Milliseconds after which a request is given up; default 10,000. */
  readonly timeoutMs?: number;
}

type Answer = Readonly<Record<string, unknown>>;

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** A client of Confluent's registry API (schemas and subjects; also Apicurio's ccompat/v7, Karapace). */
export function createRegistryClient(
  options: RegistryClientOptions,
): SchemaRegistry & SchemaRegistrar {
  const base = options.url.replace(/\/+$/, '');
  const timeoutMs = options.timeoutMs ?? 10_000;

  async function call(method: string, path: string, body?: Answer): Promise<Answer> {
    const { status, text } = await request(method, path, body);
    const where = `The schema registry answered ${status} to ${method} ${path}`;
    if (status >= 200 && status < 300) return answerIn(text, where);
    if (status === 404) {
      throw new CodecError(
        'unknown-schema',
        `${where}: run 'auditstream setup' to register schemas.`,
      );
    }
    const code = status === 409 || status === 422 ? 'incompatible-schema' : 'registry-unreachable';
    throw new CodecError(code, `${where}: ${text.slice(0, 500)}`);
  }

  async function request(method: string, path: string, body?: Answer): Promise<RawAnswer> {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      const message = `The schema registry at ${base} did not answer ${method} ${path}.`;
      throw new CodecError('registry-unreachable', message, cause);
    }
  }

  return {
    async idOf(subject, schema) {
      return idIn(await call('POST', `/subjects/${encodeURIComponent(subject)}`, { schema }));
    },
    async schemaOf(id) {
      const { schema } = await call('GET', `/schemas/ids/${id}`);
      if (typeof schema === 'string') return schema;
      throw new CodecError(
        'registry-unreachable',
        'The schema registry answered without a schema.',
      );
    },
    async register(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      return idIn(await call('POST', path, { schema }));
    },
    async requireBackwardTransitive(subject) {
      const path = `/config/${encodeURIComponent(subject)}`;
      await call('PUT', path, { compatibility: 'BACKWARD_TRANSITIVE' });
    },
  };
}

/** What is no JSON comes from something between us and the registry: it may be better later. */
function answerIn(text: string, where: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Answer;
  } catch (cause) {
    throw new CodecError('registry-unreachable', `${where}, but not in JSON.`, cause);
  }
  throw new CodecError('registry-unreachable', `${where}, but with no object.`);
}

function idIn(answer: Answer): number {
  if (typeof answer['id'] === 'number') return answer['id'];
  throw new CodecError('registry-unreachable', 'The schema registry answered without an id.');
}
