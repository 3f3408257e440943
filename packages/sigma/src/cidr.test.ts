import { describe, expect, it } from '@jest/globals';
import { networkContains, parseAddress, parseNetwork } from './cidr.ts';

function contains(network: string, address: string): boolean {
  const parsedNetwork = parseNetwork(network);
  if (typeof parsedNetwork === 'string') throw new Error(parsedNetwork);
  const parsedAddress = parseAddress(address);
  return parsedAddress !== undefined && networkContains(parsedNetwork, parsedAddress);
}

describe('networkContains', () => {
  it.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.200', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '203.0.113.9', false],
    ['::/0', 'fe80::1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1/32', '127.0.0.2', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['fd00::/8', 'fdab:1::2', true],
    ['fd00::/8', 'fe80::1', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1/128', '0:0:0:0:0:0:0:1', true],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(contains(network, address)).toBe(expected);
  });
});

describe('parseAddress', () => {
  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1:443',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    ':1',
    '12345::',
    'g::',
    '1.2.3.4::',
    'localhost',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ['1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x0102, 0x0304]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['64:ff9b::1.2.3.4', [0x64, 0xff9b, 0, 0, 0, 0, 0x0102, 0x0304]],
    ['1:2:3:4:5:6:1.2.3.4', [1, 2, 3, 4, 5, 6, 0x0102, 0x0304]],
  ])('reads %s', (text, groups) => {
    expect(parseAddress(text)).toEqual(groups);
  });
});

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.1/8', /bits set beyond/],
    ['10.0.0.0/33', /longer than the 32 bits/],
    ['::/129', /longer than the 128 bits/],
    ['10.0.0.0/', /not a prefix/],
    ['10.0.0.0/8/8', /not an IP network/],
    ['10.*', /not an IP network/],
    ['fe80::%1/10', /not an IP network/],
  ])('says what is wrong with %s', (text, message) => {
    expect(parseNetwork(text)).toMatch(message);
  });
});
