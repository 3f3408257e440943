/** An address as eight 16-bit groups; IPv4 is held as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
export type Address = readonly number[];

export interface Network {
  readonly address: Address;
  /** Leading bits that count, out of 128. */
  readonly prefix: number;
}

/**
 * Reads an IPv4 address in four decimal parts, or an IPv6 address (RFC 4291 §2.2), of which a zone
 * (`%eth0`) is left out. Undefined where the text is neither.
 */
export function parseAddress(text: string): Address | undefined {
  const [bare = ''] = text.split('%', 1);
  return bare.includes(':') ? parseV6(bare) : parseMapped(bare);
}

/**
 * Reads a network in CIDR notation (RFC 4632, RFC 4291 §2.3); an address alone is a network of one.
 * Returns a sentence on what is wrong where the text is no network.
 */
export function parseNetwork(text: string): Network | string {
  const [base = '', length, ...rest] = text.split('/');
  const address = base.includes('%') ? undefined : parseAddress(base);
  if (address === undefined || rest.length > 0) return `'${text}' is not an IP network`;
  const width = base.includes(':') ? 128 : 32;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return `'/${length}' is not a prefix`;
  const bits = length === undefined ? width : Number(length);
  if (bits > width) return `'/${bits}' is longer than the ${width} bits of the address`;
  const network = { address, prefix: 128 - width + bits };
  if (address.some((group, index) => (group & ~maskOf(network.prefix, index)) !== 0)) {
    return `'${text}' has bits set beyond its prefix: clear them, or lengthen the prefix`;
  }
  return network;
}

/** Tells whether an address lies in a network; no IPv4 address lies in an IPv6 network. */
export function networkContains(network: Network, address: Address): boolean {
  return (
    isV4(network.address) === isV4(address) &&
    network.address.every(
      (group, index) => group === ((address[index] ?? 0) & maskOf(network.prefix, index)),
    )
  );
}

function maskOf(prefix: number, index: number): number {
  const bits = Math.min(16, Math.max(0, prefix - index * 16));
  return (0xffff << (16 - bits)) & 0xffff;
}

function isV4(address: Address): boolean {
  return address.slice(0, 5).every((group) => group === 0) && address[5] === 0xffff;
}

function parseMapped(text: string): Address | undefined {
  const groups = parseV4(text);
  return groups && [0, 0, 0, 0, 0, 0xffff, ...groups];
}

function parseV4(text: string): readonly [number, number] | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1) ?? [];
  const [a = 256, b = 256, c = 256, d = 256] = parts.map(byteOf);
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

/** A leading zero is refused (256): some readers take it as octal, and rules must not guess. */
function byteOf(text: string): number {
  return text.length > 1 && text.startsWith('0') ? 256 : Number(text);
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const compressed = halves.length === 2;
  const head = parseGroups(halves[0] ?? '', !compressed);
  const tail = parseGroups(halves[1] ?? '', compressed);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (compressed ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** The groups between `::`; only the last half of an address may end in four decimal parts. */
function parseGroups(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const words = text.split(':');
  const embedded = isLast && words.at(-1)?.includes('.') === true ? parseV4(words.pop() ?? '') : [];
  if (embedded === undefined || !words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) {
    return undefined;
  }
  return [...words.map((word) => Number.parseInt(word, 16)), ...embedded];
}
