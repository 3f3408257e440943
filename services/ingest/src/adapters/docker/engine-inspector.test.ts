import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EngineBench, type EngineRig, event, openBench, until } from './engine-rig.ts';
import { type FakeEngine } from './fake-engine.ts';

let bench: EngineBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.clear());

const id = 'ab'.repeat(32);
const actor = `{"ID":"${id}","Attributes":{"image":"web:1","name":"web"}}`;
const creation = (timeNano: string): string =>
  `{"status":"create","Type":"container","Action":"create","Actor":${actor},"scope":"local","timeNano":${timeNano}}`;
const nanos = '1795312462763214451';
const container = `{"Id":"${id}","State":{"Pid":9007199254740993},"Image":"sha256:cd","HostConfig":{"Privileged":true,"Memory":9007199254740993},"Mounts":[],"Config":{"User":"root"}}`;
const head = `{"Type":"container","Action":"inspect","Actor":${actor},"scope":"local","timeNano":${nanos}`;

const answering =
  (status: number, body: string) =>
  (path: string): { status: number; body: string } | null => {
    if (path === `/containers/${id}/json`) return { status, body };
    if (path === '/images/sha256%3Acd/json')
      return { status: 200, body: '{"RepoDigests":["web@sha256:ef"]}' };
    return { status: 200, body: '' };
  };

async function say(engine: FakeEngine, ...lines: string[]): Promise<void> {
  await until(() => engine.streams.length > 0);
  engine.streams.at(-1)?.write(lines.map((line) => `${line}\n`).join(''));
}

const inspects = (rig: EngineRig): readonly string[] =>
  rig.lines().filter((line) => line.includes('"inspect"'));

describe('a container that was created', () => {
  it('has its configuration in a record of its own, as the engine spells it', async () => {
    const engine = await bench.engine({ answer: answering(200, container) });
    const rig = await bench.read();
    await say(engine, creation(nanos));
    await until(() => rig.lines().length === 2);
    expect(rig.lines()).toEqual([
      creation(nanos),
      `${head},"Image":"sha256:cd","HostConfig":{"Privileged":true,"Memory":9007199254740993},"Mounts":[],"Config":{"User":"root"},"RepoDigests":["web@sha256:ef"]}`,
    ]);
    expect(rig.counted).toEqual(['inspected']);
  });

  it.each([
    ['gone', 404, '{"message":"No such container"}'],
    ['engine-error', 500, '{"message":"database is locked"}'],
    ['engine-error', 200, 'no JSON'],
    ['engine-error', 200, '{"Id":"x"}'],
    ['too-large', 200, `{"HostConfig":{},"Config":"${'x'.repeat(8 * 1024 * 1024)}"}`],
  ] as const)('is marked %s where the engine answers %i %.20s', async (reason, status, body) => {
    const engine = await bench.engine({ answer: answering(status, body) });
    const rig = await bench.read();
    await say(engine, creation(nanos));
    await until(() => inspects(rig).length === 1);
    expect(inspects(rig)).toEqual([`${head},"NotInspected":"${reason}"}`]);
    expect(rig.counted).toEqual([reason]);
    expect(rig.logged.filter((message) => message.includes('is not known'))).toHaveLength(1);
  });

  it('never keeps events waiting, however many there are and whatever the engine does', async () => {
    const engine = await bench.engine({ answer: () => null });
    const rig = await bench.read({ maxInspects: 5, answerLimitMs: 300 });
    const times = Array.from({ length: 100 }, (_, i) => String(BigInt(nanos) + BigInt(i)));
    await say(engine, ...times.map(creation), event(String(BigInt(nanos) + 1_000n)));
    await until(() => rig.lines().some((line) => line === event('1795312462763215451')));
    expect(rig.counted).toEqual(Array(91).fill('queue-full'));
    await until(() => inspects(rig).length === 100);
    expect(rig.counted.slice(91)).toEqual(Array(9).fill('engine-error'));
    expect(rig.logged.filter((message) => message.includes('is not known'))).toHaveLength(2);
  });

  it('is asked about again by the next start where its record was not accepted', async () => {
    const engine = await bench.engine({ answer: () => null });
    const rig = await bench.read();
    const [before, after] = [BigInt(nanos) - 1n, BigInt(nanos) + 1n].map(String) as [
      string,
      string,
    ];
    await say(engine, event(before));
    await until(() => rig.lines().length === 1);
    await say(engine, creation(nanos), event(after));
    await until(() => rig.lines().length === 3);
    await rig.stop();
    await engine.close();
    const later = await bench.engine({ answer: answering(200, container) });
    const next = await bench.read();
    await say(later, event(before), creation(nanos), event(after));
    await until(() => inspects(next).length === 1);
    expect(inspects(next)[0]).toContain('"Privileged":true');
  });

  it('is not asked about again where its record was accepted', async () => {
    const engine = await bench.engine({ answer: answering(200, container) });
    const rig = await bench.read();
    await say(engine, creation(nanos));
    await until(() => rig.lines().length === 2);
    await rig.stop();
    const next = await bench.read();
    await until(() => engine.streams.length === 2);
    await say(engine, creation(nanos), event(String(BigInt(nanos) + 1n)));
    await until(() => next.lines().length === 2);
    expect(next.counted).toEqual([]);
    expect(engine.others.filter((path) => path.startsWith('/containers/'))).toHaveLength(1);
  });
});
