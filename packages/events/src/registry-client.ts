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

/** A client of Confluent's registry API (schemas and subjects; also Apicurio's ccompat/v7, Karapace). */
export function createRegistryClient(
  options: RegistryClientOptions,
): SchemaRegistry & SchemaRegistrar {
  const base = options.url.replace(/\/+$/, '');
  const timeoutMs = options.timeoutMs ?? 10_000;

  async function call(method: string, path: string, body?: Answer): Promise<Answer> {
    const response = await request(method, path, body);
    if (response.ok) return (await response.json()) as Answer;
    const text = (await response.text()).slice(0, 500);
    const where = `The schema registry answered ${response.status} to ${method} ${path}`;
    if (response.status === 404) {
      throw new CodecError(
        'unknown-schema',
        `${where}: run 'auditstream setup' to register schemas.`,
      );
    }
    if (response.status === 409 || response.status === 422) {
      throw new CodecError('incompatible-schema', `${where}: ${text}`);
    }
    throw new CodecError('registry-unreachable', `${where}: ${text}`);
  }

  async function request(method: string, path: string, body?: Answer): Promise<Response> {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
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
      return String(schema);
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

function idIn(answer: Answer): number {
  if (typeof answer['id'] === 'number') return answer['id'];
  throw new CodecError('registry-unreachable', 'The schema registry answered without an id.');
}
