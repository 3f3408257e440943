import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { freePorts } from '@auditstream/local/ports';
import { type Hit } from '../../../cli/src/adapters/opensearch.ts';
import { textAt } from '../../../cli/src/view/fields.ts';
import { callDocker, readRawEvents, type RawEvents } from '../../support/docker-client.ts';
import { createDockerTls, type DockerTls } from '../../support/docker-tls.ts';
import { workOnContainer } from '../../support/docker-workload.ts';
import { type Dockerd, startDockerd } from '../../support/dockerd.ts';
import { type TestPipeline, startTestPipeline } from '../../support/pipeline.ts';
import { compareWithDocuments, nothingAmiss } from '../../support/same-events.ts';
import { waitFor } from '../../support/wait-for.ts';

jest.setTimeout(300_000);

const cluster = 'engine-over-tls';
/** Each makes about 24 events; an engine replays 256. */
const tooMany = 14;

describe('a real Docker Engine over TCP with TLS', () => {
  let tls: DockerTls;
  let engine: Dockerd;
  let pipeline: TestPipeline;
  let raw: RawEvents;

  const found = async (action: string): Promise<readonly Hit[]> => {
    await pipeline.openSearch.refresh('audit-events');
    const terms = { 'auditstream.cluster': cluster, 'event.action': action };
    const filter = Object.entries(terms).map(([name, value]) => ({ term: { [name]: value } }));
    const sort = [{ 'auditstream.time': 'asc' }];
    return pipeline.openSearch.search('audit-events', {
      query: { bool: { filter } },
      size: 100,
      sort,
    });
  };

  /** An index that is being made can't be searched. */
  const notYet = (): readonly Hit[] => [];

  const gaps = (count: number): Promise<readonly Hit[]> =>
    waitFor(`${count} notices of gaps`, async () => {
      const hits = await found('source-gap').catch(notYet);
      return hits.length >= count ? hits : undefined;
    });

  /** As notices write times. */
  const microsText = (line: string | undefined): string => {
    const nanos = BigInt(/"timeNano":(\d+)/.exec(line ?? '')?.[1] ?? 0);
    const fraction = String((nanos / 1_000n) % 1_000_000n).padStart(6, '0');
    const seconds = new Date(Number(nanos / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
    return `${seconds}.${fraction}Z`;
  };

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    tls = await createDockerTls(port, ['auditstream']);
    engine = await startDockerd(tls.engineArgs);
    raw = await readRawEvents(engine.socket);
    const address = `tcp://127.0.0.1:${port}`;
    const sources = [{ kind: 'docker-engine', cluster, address, ...tls.filesOf('auditstream') }];
    pipeline = await startTestPipeline({
      writeSources: ({ sourcesFile }) => writeFile(sourcesFile, JSON.stringify({ sources })),
    });
    await engine.importImage('audit-test');
  });

  afterAll(async () => {
    raw.close();
    await pipeline.stop();
    await engine.stop();
    await tls.remove();
  });

  it('shows with what a container was created, without its secrets', async () => {
    const host = {
      ...{ Privileged: true, CapAdd: ['SYS_ADMIN'], Binds: ['/etc:/hostetc:ro', 'vol:/data'] },
      ...{ NetworkMode: 'none', PidMode: 'host', RestartPolicy: { Name: 'always' } },
    };
    const body = {
      ...{ Image: 'audit-test:1', Cmd: ['/bin/busybox', 'true'], User: '1000:1000' },
      ...{ Env: ['DATABASE=postgres-Hunter2-9f31'], HostConfig: host },
    };
    await callDocker(engine.socket, {
      method: 'POST',
      path: '/containers/create?name=risky',
      body,
    });
    const [hit] = await waitFor('the configuration of a container', async () => {
      const hits = await found('inspect').catch(notYet);
      return hits.length > 0 ? hits : undefined;
    });
    expect(hit?._source['container']).toMatchObject({ name: 'risky' });
    expect(hit?._source['docker']).toMatchObject({
      container: {
        ...{ privileged: 'true', capabilities_added: ['SYS_ADMIN'], network_mode: 'none' },
        ...{ pid_mode: 'host', user: '1000:1000', restart_policy: 'always' },
        environment: ['DATABASE'],
        mounts: expect.arrayContaining(['bind:/etc:/hostetc:ro', 'volume:vol:/data:rw']),
      },
    });
    expect(JSON.stringify(hit)).not.toContain('Hunter2');
    expect(textAt(hit?._source ?? {}, 'event.original')).toContain('"Privileged":true');
    await callDocker(engine.socket, { method: 'DELETE', path: '/containers/risky' });
  });

  it('loses nothing and tells of nothing where ingest is restarted', async () => {
    await workOnContainer(engine.socket, 'first');
    await pipeline.services.ingest.stop();
    await workOnContainer(engine.socket, 'second');
    await pipeline.services.ingest.start();
    const recorded = (): Promise<readonly string[]> => Promise.resolve(raw.lines());
    expect(await compareWithDocuments(pipeline.openSearch, cluster, recorded)).toEqual(
      nothingAmiss,
    );
    expect(await found('source-gap')).toEqual([]);
  });

  it('tells from when to when events are missing where more came than the engine replays', async () => {
    await pipeline.services.ingest.stop();
    const before = raw.lines().at(-1);
    for (let at = 0; at < tooMany; at += 1) await workOnContainer(engine.socket, `many${at}`);
    await pipeline.services.ingest.start();
    const [gap] = await gaps(1);
    // Events may still be on their way when the call that caused them has been answered.
    const all = raw.lines();
    expect(all.length - all.indexOf(before ?? '')).toBeGreaterThan(257);
    expect(gap?._source['auditstream']).toMatchObject({
      notice: {
        from: microsText(before),
        to: microsText(all.at(-256)),
        details: ['cause=replay-cut'],
      },
    });
    const query = { term: { 'auditstream.cluster': cluster } };
    const detected = await waitFor('a detection of the gap', async () => {
      await pipeline.openSearch.refresh('audit-detections');
      const request = { query, size: 1 };
      const hits = await pipeline.openSearch.search('audit-detections', request).catch(notYet);
      return hits.length > 0 ? true : undefined;
    });
    expect(detected).toBe(true);
  });

  it('tells of the time in which the engine was started anew', async () => {
    const before = raw.lines().at(-1);
    await engine.restart();
    const hits = await gaps(2);
    expect(hits[1]?._source['auditstream']).toMatchObject({ notice: { from: microsText(before) } });
  });
});
