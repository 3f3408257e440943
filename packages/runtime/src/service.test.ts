import { describe, expect, it } from '@jest/globals';
import { adminSettings, logSettings } from './settings.ts';
import { type ProcessPort, serve, type ServiceContext } from './service.ts';

const settings = {
  admin: adminSettings('ingest', 0),
  log: logSettings,
  port: { doc: 'A port.', format: 'port', default: 8080, env: 'AUDITSTREAM_INGEST_PORT' },
} as const;

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A process that a test drives; `exits` keeps every exit code in order. */
class FakeProcess implements ProcessPort {
  readonly env: Record<string, string>;
  readonly lines: Line[] = [];
  readonly exits: number[] = [];
  signal: (name: string) => void = () => undefined;
  crash: (error: unknown) => void = () => undefined;
  readonly output = { write: (line: string) => this.lines.push(JSON.parse(line) as Line) };

  constructor(env: Record<string, string> = {}) {
    this.env = env;
  }

  onSignal(listener: (name: string) => void): void {
    this.signal = listener;
  }

  onCrash(listener: (error: unknown) => void): void {
    this.crash = listener;
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  messages(level: string): string[] {
    return this.lines.filter((line) => line.level === level).map(({ msg }) => msg);
  }
}

type Context = ServiceContext<{ readonly port: number }>;

/** A definition whose start hands its context to the test and then does what the test says. */
function define(body: (context: Context) => Promise<void> = () => Promise.resolve()): {
  definition: Parameters<typeof serve<typeof settings>>[0];
  started: Promise<Context>;
} {
  let resolveStarted: (context: Context) => void = () => undefined;
  const started = new Promise<Context>((resolve) => {
    resolveStarted = resolve;
  });
  const start = async (context: Context): Promise<void> => {
    await body(context);
    resolveStarted(context);
  };
  return { definition: { name: 'ingest', settings, start }, started };
}

const never = (): Promise<void> => new Promise<void>(() => undefined);
const done = (): Promise<void> => Promise.resolve();
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function readiness(fake: FakeProcess): Promise<{ status: number; body: string }> {
  const port = fake.lines.find(({ msg }) => msg === 'Started.')?.['adminPort'];
  const response = await fetch(`http://127.0.0.1:${String(port)}/readyz`);
  return { status: response.status, body: await response.text() };
}

describe('a service', () => {
  it('runs until a signal, releases in the opposite order, and exits with 0', async () => {
    const fake = new FakeProcess({ AUDITSTREAM_INGEST_PORT: '81' });
    const order: string[] = [];
    const { definition, started } = define(async ({ lifecycle }) => {
      for (const name of ['producer', 'consumer']) {
        await lifecycle.acquire(name, done, () => {
          order.push(name);
          return done();
        });
      }
    });
    const ended = serve(definition, fake);
    const { config, signal } = await started;
    expect(config.port).toBe(81);
    await turn();
    expect(fake.exits).toEqual([]);
    expect(signal.aborted).toBe(false);
    fake.signal('SIGTERM');
    await ended;
    expect(signal.aborted).toBe(true);
    expect(order).toEqual(['consumer', 'producer']);
    expect(fake.exits).toEqual([0]);
    expect(fake.messages('error')).toEqual([]);
  });

  it('is ready once started and while its checks pass', async () => {
    const fake = new FakeProcess();
    let connected = false;
    const { definition, started } = define(({ health }) => {
      health.register('kafka', () =>
        connected ? { ok: true } : { ok: false, reason: 'not connected' },
      );
      return done();
    });
    const ended = serve(definition, fake);
    await started;
    await turn();
    expect(await readiness(fake)).toMatchObject({
      status: 503,
      body: expect.stringContaining('not connected'),
    });
    connected = true;
    expect((await readiness(fake)).status).toBe(200);
    fake.signal('SIGINT');
    await ended;
  });

  it('is not ready any more while it stops, and still says so', async () => {
    const fake = new FakeProcess();
    let answer: { status: number; body: string } | undefined;
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('consumer', done, async () => {
        answer = await readiness(fake);
      });
    });
    const ended = serve(definition, fake);
    await started;
    await turn();
    fake.signal('SIGTERM');
    await ended;
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('stopping') });
  });

  it('does not start with wrong settings, and says why in one line', async () => {
    const fake = new FakeProcess({ AUDITSTREAM_INGEST_PORT: 'x', AUDITSTREAM_LOG_LEVEL: 'y' });
    const { definition } = define(() => Promise.reject(new Error('must not be called')));
    await serve(definition, fake);
    expect(fake.exits).toEqual([1]);
    expect(fake.lines).toHaveLength(1);
    expect(fake.messages('error')[0]).toContain('2 settings are wrong');
  });

  it('warns of a variable that looks like one of its own', async () => {
    const fake = new FakeProcess({ AUDITSTREAM_INGEST_PROT: '1', AUDITSTREAM_ENRICH_X: '1' });
    const { definition, started } = define();
    const ended = serve(definition, fake);
    await started;
    fake.signal('SIGTERM');
    await ended;
    expect(fake.messages('warn')).toEqual([
      'AUDITSTREAM_INGEST_PROT is no setting of ingest and has no effect.',
    ]);
  });

  it('releases what it held when its start fails, and exits with 1', async () => {
    const fake = new FakeProcess();
    let released = false;
    const { definition } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('producer', done, () => {
        released = true;
        return done();
      });
      throw new Error('no broker answers');
    });
    await serve(definition, fake);
    expect(released).toBe(true);
    expect(fake.exits).toEqual([1]);
    expect(fake.messages('error')).toEqual(['The service could not start: no broker answers']);
  });

  it('does not wait for the rest of a start that a signal breaks off', async () => {
    const fake = new FakeProcess();
    let entered: () => void = () => undefined;
    const inStart = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const { definition } = define(async ({ signal }) => {
      entered();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    });
    const ended = serve(definition, fake);
    await inStart;
    fake.signal('SIGTERM');
    await ended;
    await turn();
    expect(fake.exits).toEqual([0]);
    expect(fake.messages('error')).toEqual([]);
    expect(fake.messages('info')).not.toContain('Started.');
  });

  it('logs an error that nobody handled, releases, and exits with 1', async () => {
    const fake = new FakeProcess();
    let released = false;
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('producer', done, () => {
        released = true;
        return done();
      });
    });
    const ended = serve(definition, fake);
    await started;
    fake.crash(new Error('boom'));
    await ended;
    expect(released).toBe(true);
    expect(fake.exits).toEqual([1]);
    expect(fake.messages('error')).toEqual(['Nobody handled an error: boom']);
  });

  it('exits with 1 where an error comes up while it stops', async () => {
    const fake = new FakeProcess();
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('producer', done, () => {
        fake.crash(new Error('late'));
        return done();
      });
    });
    const ended = serve(definition, fake);
    await started;
    fake.signal('SIGTERM');
    await ended;
    expect(fake.exits).toEqual([1]);
  });

  it('exits with 1 where something does not stop cleanly', async () => {
    const fake = new FakeProcess();
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('producer', done, () => Promise.reject(new Error('not flushed')));
    });
    const ended = serve(definition, fake);
    await started;
    fake.signal('SIGTERM');
    await ended;
    expect(fake.exits).toEqual([1]);
    expect(fake.messages('error')).toEqual(['A part of the service did not stop cleanly.']);
  });

  it('exits at once on a second signal', async () => {
    const fake = new FakeProcess();
    let stop: () => void = () => undefined;
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire(
        'producer',
        done,
        () =>
          new Promise<void>((resolve) => {
            stop = resolve;
          }),
      );
    });
    const ended = serve(definition, fake);
    await started;
    fake.signal('SIGINT');
    await turn();
    expect(fake.exits).toEqual([]);
    fake.signal('SIGINT');
    expect(fake.exits).toEqual([1]);
    expect(fake.lines.at(-1)).toMatchObject({ held: ['admin server', 'producer'] });
    stop();
    await ended;
  });

  it('exits with what is still held when the stop takes too long', async () => {
    const fake = new FakeProcess();
    const { definition, started } = define(async ({ lifecycle }) => {
      await lifecycle.acquire('hanging', done, never);
    });
    const ended = serve(definition, fake, { releaseMs: 50, stopMs: 5 });
    await started;
    fake.signal('SIGTERM');
    await ended;
    expect(fake.exits[0]).toBe(1);
    expect(fake.lines.find(({ level }) => level === 'error')).toMatchObject({
      limitMs: 5,
      held: ['admin server', 'hanging'],
    });
  });
});
