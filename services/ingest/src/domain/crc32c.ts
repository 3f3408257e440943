/** CRC-32C (Castagnoli), as RFC 3720 §12.1 defines it: polynomial 1EDC6F41, reflected. */

const reversedPolynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = crc & 1 ? (crc >>> 1) ^ reversedPolynomial : crc >>> 1;
  }
  return crc;
});

/**
 * @param before the checksum of the bytes before these, to go on from; 0 at the beginning
 * @returns an unsigned 32-bit number
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  // An index loop: this sees every byte that is spooled, and an iterator is five times slower.
  for (let at = 0; at < bytes.length; at += 1) {
    crc = (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
