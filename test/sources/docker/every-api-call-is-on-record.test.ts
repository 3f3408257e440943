import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePorts } from '@auditstream/local/ports';
import { writeFile } from 'node:fs/promises';
import { callEverything, type ExpectedCall } from '../../support/docker-call-workload.ts';
import { callDocker } from '../../support/docker-client.ts';
import { createDockerPlugin, type DockerPlugin } from '../../support/docker-plugin.ts';
import { createDockerTls, type DockerTls } from '../../support/docker-tls.ts';
import { type Dockerd, startDockerd } from '../../support/dockerd.ts';
import { documentsOfAll } from '../../support/documents.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { waitForDocuments } from '../../support/same-events.ts';

jest.setTimeout(600_000);

const cluster = 'engine-with-plugin';
let [tls, plugin, engine, pipeline]: Partial<[DockerTls, DockerPlugin, Dockerd, TestPipeline]> = [];

interface Parts {
  readonly tls: DockerTls;
  readonly plugin: DockerPlugin;
  readonly engine: Dockerd;
  readonly pipeline: TestPipeline;
}

function parts(): Parts {
  if (!tls || !plugin || !engine || !pipeline) throw new Error('Not everything was started.');
  return { tls, plugin, engine, pipeline };
}

async function work(name: string): Promise<readonly ExpectedCall[]> {
  const { tls, engine } = parts();
  return callEverything((user, call) => tls.call(user, call), name, engine.imageTar);
}

type Hit = Awaited<ReturnType<typeof documentsOfAll>>[number];

async function calls(count: number): Promise<readonly Hit[]> {
  const { openSearch } = parts().pipeline;
  await waitForDocuments(openSearch, cluster, count);
  return documentsOfAll(openSearch, 'audit-events', [cluster]);
}

function summary({ _source }: Hit): ExpectedCall {
  const event = JSON.parse(JSON.stringify(_source)) as {
    readonly user: { readonly name: string };
    readonly event: { readonly action: string; readonly outcome: ExpectedCall['outcome'] };
  };
  return { user: event.user.name, action: event.event.action, outcome: event.event.outcome };
}

function sorted(calls: readonly ExpectedCall[]): readonly string[] {
  return calls.map(({ user, action, outcome }) => `${user} ${action} ${outcome}`).sort();
}

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  tls = await createDockerTls(port, ['alice', 'bob']);
  plugin = await createDockerPlugin({ AUDITSTREAM_AUTHZ_OPEN_SECONDS: '5' });
  await plugin.start();
  engine = await startDockerd([...tls.engineArgs, `--authorization-plugin=${plugin.name}`]);
  const sources = [{ kind: 'docker-authz', cluster, journal: plugin.journal }];
  pipeline = await startTestPipeline({
    writeSources: ({ sourcesFile }) => writeFile(sourcesFile, JSON.stringify({ sources })),
  });
});

afterAll(async () => {
  await pipeline?.stop();
  await engine?.stop();
  await plugin?.remove();
  await tls?.remove();
});

describe('the calls of a real Docker Engine with the authorization plugin', () => {
  const expected: ExpectedCall[] = [];

  it('are each one event with user and outcome', async () => {
    expected.push(...(await work('quiet')));
    expect(sorted((await calls(expected.length)).map(summary))).toEqual(sorted(expected));
  });

  it('have the configuration that was asked for', async () => {
    const { openSearch } = parts().pipeline;
    const found = await openSearch.search('audit-events', {
      query: {
        bool: {
          filter: [
            { term: { 'auditstream.cluster': cluster } },
            { term: { 'event.action': 'container.create' } },
            { term: { 'docker.call.configuration': 'HostConfig.Privileged=true' } },
          ],
        },
      },
    });
    expect(found).toHaveLength(1);
    expect(found[0]?._source).toMatchObject({
      user: { name: 'bob' },
      container: { name: 'quiet-root', image: { name: ['quiet-image:1'] } },
      user_agent: { original: 'audit-test/1' },
    });
  });

  it('have no secret, neither in the journal nor in a document', async () => {
    const texts = [JSON.stringify(await parts().plugin.lines()), JSON.stringify(await calls(0))];
    for (const text of texts) {
      expect(text).toContain('[redacted]');
      expect(text).not.toMatch(/planted-in/);
    }
  });

  it('lose nothing while ingest is away, and the plugin is killed and started again', async () => {
    const { plugin, pipeline } = parts();
    await pipeline.services.ingest.signal('SIGKILL');
    expected.push(...(await work('away')));
    await plugin.end('SIGKILL');
    const restarted = plugin.start();
    expected.push(...(await work('again')));
    await restarted;
    await pipeline.services.ingest.start();
    expect(sorted((await calls(expected.length)).map(summary))).toEqual(sorted(expected));
  });

  it('by the unix socket have no user', async () => {
    const path = '/images/no-such-image:1/tag?repo=other';
    await callDocker(parts().engine.socket, { method: 'POST', path }).catch(() => undefined);
    expected.push({ user: 'unknown', action: 'image.tag', outcome: 'failure' });
    expect(sorted((await calls(expected.length)).map(summary))).toEqual(sorted(expected));
  });
});
