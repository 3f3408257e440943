import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@auditstream/item/redact/policy';
import {
  engineHeaders,
  requestOf,
  responseOf,
  type SampleCall,
  type SampleEnd,
} from '../samples.ts';
import { callLine, describeCall, openLine, requestLine } from './call.ts';
import { readJournalLine } from './journal-line.ts';
import { MessageError, readRequest, readResponse } from './message.ts';

const nanos = 1_795_312_609_089_818_123n;
const options = { host: 'build-host', policy: defaultPolicy };
const create = '/v1.41/containers/create?name=web';

type Event = Readonly<Record<string, unknown>>;

function textOf(call: SampleCall, end: SampleEnd = { status: 201 }): string {
  const described = describeCall(readRequest(requestOf(call)), nanos, options);
  const response = readResponse(responseOf(call, end));
  return callLine({ response, described, nanos: nanos + 5n, paired: true }).toString();
}

function eventOf(call: SampleCall, end?: SampleEnd): Event {
  return JSON.parse(textOf(call, end)) as Event;
}

describe('the event of a call', () => {
  it('says who asked for what, and what became of it', () => {
    const call = {
      user: 'alice',
      uri: create,
      body: '{"Image":"nginx","HostConfig":{"Privileged":true}}',
    };
    const event = eventOf(call, { status: 201, body: '{"Id":"c0ffee","Warnings":[]}' });
    expect(event).toMatchObject({
      ...{ authz: 'call', stage: 'complete', user: 'alice', authMethod: 'TLS', host: 'build-host' },
      ...{ method: 'POST', uri: create, path: '/containers/create', apiVersion: '1.41' },
      ...{ action: 'container.create', object: { type: 'container', name: 'web' } },
      ...{ body: 'json', bodySize: 50, request: { HostConfig: { Privileged: true } } },
      ...{ paired: true, status: 201, outcome: 'success', reason: null, createdId: 'c0ffee' },
      durationNano: 5,
    });
  });

  it('has the exact time and bytes, on one line', () => {
    const text = textOf({ uri: create, body: '{"Big":12345678901234567890,\n"a":1,\r\n"a":2}' });
    expect(text).toContain(`"timeNano":${nanos},`);
    expect(text).toContain('"request":{"Big":12345678901234567890, "a":1,  "a":2}');
    expect(text.indexOf('\n')).toBe(text.length - 1);
  });

  it.each([
    ['shows', { uri: create, body: '{}' }, 'json'],
    ['should have', { uri: create }, 'missing'],
    [
      'has announced',
      { uri: '/containers/x/start', headers: { 'Content-Length': '12' } },
      'missing',
    ],
    [
      'sends as an archive',
      { uri: '/build', headers: { 'Content-Type': 'application/x-tar', 'Content-Length': '9' } },
      'withheld',
    ],
    ['needs not', {}, 'none'],
    ['calls JSON', { uri: create, body: '{"a"' }, 'unreadable'],
    ['nests too deeply', { uri: create, body: `${'['.repeat(63)}${']'.repeat(63)}` }, 'unreadable'],
  ])('says of a body that a client %s what it is', (_, call: SampleCall, state) => {
    expect(eventOf(call)['body']).toBe(state);
  });

  it.each([
    ['a status', { status: 204 }, '/containers/x/start', 'success', null],
    [
      'a bad status',
      { status: 500, body: '{"message":"no"}' },
      '/containers/x/start',
      'failure',
      'no',
    ],
    ['no status where success has one', {}, '/containers/x/start', 'failure', 'refused'],
    ['no status where success has none', {}, '/networks/x/connect', 'unknown', 'no-status'],
    [
      'a response in parts',
      { isFlushed: true },
      '/images/create?fromImage=x',
      'unknown',
      'streamed',
    ],
    ['no status before the first part', {}, '/images/create?fromImage=x', 'failure', 'refused'],
  ])('judges %s', (_, end: SampleEnd, uri, outcome, reason) => {
    expect(eventOf({ uri, body: '{}' }, end)).toMatchObject({ outcome, reason });
  });

  it.each([
    ['/images/create?fromImage=nginx&tag=1.25', { type: 'image', name: 'nginx:1.25' }],
    ['/images/create?fromSrc=-&repo=own', { type: 'image', name: 'own' }],
    ['/images/create?fromImage=nginx&tag=sha256:ab', { type: 'image', name: 'nginx@sha256:ab' }],
    ['/volumes/create', { type: 'volume', name: 'data' }],
    [`/containers/${'ab'.repeat(32)}/start`, { type: 'container', id: 'ab'.repeat(32) }],
    ['/swarm/leave', { type: 'swarm', name: 'data' }],
  ])('finds the object of %s', (uri, object) => {
    expect(eventOf({ uri, body: '{"Name":"data"}' })['object']).toEqual(object);
  });

  it.each([
    ['/containers/create', '{"Env":["A=planted"],"Labels":{"db.password":"planted"}}'],
    ['/containers/create', '{"Healthcheck":{"Test":["CMD","curl","-u","me:planted","/"]}}'],
    ['/containers/x/exec', '{"Cmd":["mysql","-pplanted"],"Env":["X=planted"]}'],
    ['/auth', '{"username":"u","password":"planted","identitytoken":"planted"}'],
    ['/secrets/create', '{"Name":"s","Data":"planted"}'],
    ['/configs/create', '{"Name":"s","Data":"planted"}'],
    ['/swarm/join', '{"JoinToken":"planted"}'],
    ['/swarm/unlock', '{"UnlockKey":"planted"}'],
    ['/swarm/update', '{"CAConfig":{"SigningCAKey":"planted"}}'],
    ['/plugins/x/set', '["DEBUG=planted","KEY=planted"]'],
    [
      '/services/create',
      '{"TaskTemplate":{"ContainerSpec":{"Env":["A=planted"],"Args":["--token","planted"]}}}',
    ],
    ['/build?buildargs=%7B%22A%22%3A%22planted%22%7D', undefined],
    ['/build?remote=https%3A%2F%2Fme%3Aplanted%40example.com%2Fr.git', undefined],
  ])('has no secret of %s %s, and says that there was one', (uri, body) => {
    const call = { uri, headers: { 'X-Registry-Auth': 'planted' }, ...(body && { body }) };
    expect(textOf(call)).not.toContain('planted');
    expect(eventOf(call)['redactions']).not.toEqual([]);
    expect(eventOf(call)['redactions']).toBeDefined();
  });

  it('keeps the command alone where arguments are to go', () => {
    const message = readRequest(
      requestOf({ uri: '/containers/x/exec', body: '{"Cmd":["cat","/etc/x"]}' }),
    );
    const policy = { execArguments: 'drop', paths: [] } as const;
    const { members } = describeCall(message, nanos, { host: 'h', policy });
    expect(members.toString()).toContain('"request":{"Cmd":["cat","[redacted]"]}');
  });

  it('records no headers but a few', () => {
    const headers = {
      'User-Agent': 'Docker-Client/20',
      Cookie: 'planted',
      'X-Registry-Config': 'planted',
    };
    expect(eventOf({ headers })['headers']).toEqual({ 'user-agent': 'Docker-Client/20' });
  });
});

describe('the lines of a journal', () => {
  const message = readRequest(requestOf({ user: 'alice' }));
  const described = describeCall(message, nanos, options);

  it('are told apart by their beginnings', () => {
    const { callId } = described;
    expect(readJournalLine(requestLine(message.key, described))).toEqual({
      ...{ type: 'request', key: message.key, callId, nanos },
    });
    expect(readJournalLine(openLine(described.members))).toEqual({
      ...{ type: 'call', stage: 'open', callId, nanos },
    });
    expect(readJournalLine(Buffer.from(textOf({ user: 'alice' })))).toEqual({
      ...{ type: 'call', stage: 'complete', callId, nanos },
    });
    expect(readJournalLine(Buffer.from('{"authz":"call"'))).toEqual({ type: 'other' });
  });

  it('are JSON', () => {
    expect(JSON.parse(openLine(described.members).toString())).toMatchObject({
      ...{ stage: 'open', outcome: 'unknown', reason: 'no-response-yet' },
    });
  });
});

describe('a message', () => {
  it('and its response have one key; other calls have another', () => {
    const call = { user: 'alice', uri: create, body: '{}' };
    expect(readResponse(responseOf(call, { status: 201 })).key).toBe(
      readRequest(requestOf(call)).key,
    );
    expect(readRequest(requestOf({ ...call, user: 'bob' })).key).not.toBe(
      readRequest(requestOf(call)).key,
    );
    expect(readResponse(responseOf(call)).hasHeaders).toBe(Object.keys(engineHeaders).length > 0);
  });

  it('has the hash of the client certificate where the engine sends it', () => {
    const der = Buffer.from('a certificate');
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
    const { RequestMethod, RequestUri } = { RequestMethod: 'GET', RequestUri: '/info' };
    const certificates = { RequestPeerCertificates: [Buffer.from(pem).toString('base64')] };
    const bytes = Buffer.from(JSON.stringify({ RequestMethod, RequestUri, ...certificates }));
    expect(readRequest(bytes).certificate).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['', '[]', '{}', '{"RequestMethod":"GET"}', '{"RequestUri":7}', '{"a":', '\xff'])(
    '%j is none',
    (text) => {
      expect(() => readRequest(Buffer.from(text, 'latin1'))).toThrow(MessageError);
    },
  );
});
