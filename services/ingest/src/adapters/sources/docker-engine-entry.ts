import { resolve } from 'node:path';
import { isLoopback } from '../../domain/loopback.ts';
import { addressText, type EngineAddress, type EngineSource } from '../../domain/sources.ts';
import { claim, type Entry, isPath, nodeAt, requireText, type TextField } from './entry-fields.ts';

const socketField: TextField = {
  key: 'socket',
  expected: "the path of the engine's unix socket, or an address in its place",
  test: isPath,
};

const addressField: TextField = {
  key: 'address',
  expected: 'tcp://host:port',
  test: (text) => parseAddress(text) !== undefined,
};

const tlsKeys = ['ca', 'certificate', 'key'] as const;

/** Keys of an entry besides those that all kinds have. */
export const dockerEngineKeys: readonly string[] = ['socket', 'address', ...tlsKeys];

export function readDockerEngine(
  entry: Entry,
): Omit<EngineSource, 'cluster' | 'origin' | 'name'> | undefined {
  const isTcp = nodeAt(entry.node, addressField.key) !== undefined;
  const address = isTcp ? readTcp(entry) : readSocket(entry);
  if (address === undefined) return undefined;
  claim(entry, isTcp ? addressField.key : socketField.key, addressText(address));
  return { kind: 'docker-engine', address };
}

function readSocket(entry: Entry): EngineAddress | undefined {
  const path = requireText(entry, socketField);
  for (const key of tlsKeys) refuse(entry, key, 'only an address has it');
  return path === undefined
    ? undefined
    : { type: 'unix', path: resolve(entry.context.folder, path) };
}

function readTcp(entry: Entry): EngineAddress | undefined {
  refuse(entry, socketField.key, 'an engine has a socket or an address, not both');
  const text = requireText(entry, addressField);
  const target = text === undefined ? undefined : parseAddress(text);
  const isPlain = tlsKeys.every((key) => nodeAt(entry.node, key) === undefined);
  if (target === undefined) return undefined;
  if (!isPlain) return withTls(entry, target);
  if (isLoopback(target.host)) return { type: 'tcp', ...target, tls: null };
  const message = `address: expected ca, certificate and key beside it: without TLS only the machine's own engine is read`;
  entry.context.report(nodeAt(entry.node, addressField.key), message);
  return undefined;
}

function withTls(entry: Entry, target: Target): EngineAddress | undefined {
  const [ca, certificate, key] = tlsKeys.map((name) => {
    const path = requireText(entry, {
      key: name,
      expected: 'the path of a PEM file',
      test: isPath,
    });
    return path === undefined ? undefined : resolve(entry.context.folder, path);
  });
  if (ca === undefined || certificate === undefined || key === undefined) return undefined;
  return { type: 'tcp', ...target, tls: { ca, certificate, key } };
}

function refuse({ node, context }: Entry, key: string, why: string): void {
  const given = nodeAt(node, key);
  if (given !== undefined) context.report(given, `${key}: ${why}`);
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function parseAddress(text: string): Target | undefined {
  const match = /^tcp:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
