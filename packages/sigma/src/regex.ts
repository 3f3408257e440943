import { RE2JS } from 're2js';

/** The longest regular expression that is taken, in UTF-16 units. */
const maxSourceLength = 4096;

const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * Builds the test of a regular expression that is found anywhere in a text, in time linear in the
 * text (RE2). Throws where the expression is too long or RE2 has no such syntax (look-around,
 * back-references, repeats over 1,000).
 */
export function compileRegex(source: string, flags: string): (text: string) => boolean {
  if (source.length > maxSourceLength) {
    throw new RangeError(`it is longer than ${maxSourceLength} characters`);
  }
  const bits = Array.from(flags).reduce((sum, flag) => sum | (flagBits[flag] ?? 0), 0);
  const regex = RE2JS.compile(source, bits);
  return (text) => regex.test(text);
}
