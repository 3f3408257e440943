import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import { createdContainer, inspectRecord } from './docker-inspect.ts';
import { judgeItem, type Provenance } from './record.ts';

const creation =
  '{"status":"create","id":"c1","Type":"container","Action":"create","Actor":{"ID":"c1","Attributes":{}},"scope":"local","time":1795312462,"timeNano":1795312462763214451}';

describe('createdContainer', () => {
  it.each([
    [creation, 'c1'],
    [creation.replace('"status":"create","id":"c1",', ''), 'c1'],
    [creation.replace('"Type":"container"', '"Type":"volume"'), undefined],
    [creation.replace('"Action":"create"', '"Action":"start"'), undefined],
    [creation.replace('"ID":"c1"', '"ID":""'), undefined],
    ['"create"', undefined],
    ['{"create"', undefined],
  ])('%s', (line, expected) => {
    expect(createdContainer(Buffer.from(line))).toBe(expected);
  });
});

describe('inspectRecord', () => {
  const container =
    '{"State":{"Pid":1},"Path":"mysql","Args":["-uroot","-pHunter2-four"],"Image":"sha256:cd","HostConfig":{"Memory":9007199254740993},"Config":{"Env":["WHERE=Hunter2-one","LÄNGE=Hunter2-two"],"Cmd":["run","--token","Hunter2-three"]}}';
  const from: Provenance = {
    source: 'docker',
    cluster: 'e',
    origin: 'live',
    delivery: 'engine',
    exporter: null,
    receivedAt: 0,
    redaction: defaultPolicy,
  };

  it('gives what loses its secrets before anything else, and nothing but them', () => {
    const record = inspectRecord(Buffer.from(creation), Buffer.from(container), undefined);
    const judgement = judgeItem(record ?? Buffer.alloc(0), from);
    if (judgement.type !== 'accepted') throw new Error('The record was not accepted.');
    const { body, time, redactions } = judgement.record;
    expect(body.toString()).toBe(
      '{"Type":"container","Action":"inspect","Actor":{"ID":"c1","Attributes":{}},"scope":"local","time":1795312462,"timeNano":1795312462763214451,"Image":"sha256:cd","HostConfig":{"Memory":9007199254740993},"Config":{"Env":["WHERE=[redacted]","LÄNGE=[redacted]"],"Cmd":["run","--token","[redacted]"]},"Command":["mysql","-uroot","-p[redacted]"]}',
    );
    expect(time).toBe(1_795_312_462_763_214);
    expect(redactions.map(({ path }) => path)).toEqual([
      ...['Config.Env[0]', 'Config.Env[1]', 'Config.Cmd[2]', 'Command[2]'],
    ]);
    expect(judgement.key).toBe('["e","container","c1"]');
  });

  it('is the same whatever the container does meanwhile', () => {
    const running = container.replace('"Pid":1', '"Pid":2');
    const [one, other] = [container, running].map((answer) =>
      inspectRecord(Buffer.from(creation), Buffer.from(answer), undefined),
    );
    expect(one).toEqual(other);
  });
});
