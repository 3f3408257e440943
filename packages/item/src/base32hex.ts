const alphabet = '0123456789abcdefghijklmnopqrstuv';

/**
 * Base 32 with the extended hex alphabet (RFC 4648 §7), lower case, without padding: text sorts as the
 * bytes do.
 */
export function base32hex(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((held >> bits) & 31);
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31);
}
