import { describe, expect, it } from '@jest/globals';
import { printable, printableLines, shellWord } from './printable.ts';

describe('printable', () => {
  it.each([
    ['an escape sequence', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a line feed', 'a\nb', 'a\\u000ab'],
    ['a bidirectional override', 'a\u202eb', 'a\\u202eb'],
    ['a control sequence of one character', 'a\u009b31mb', 'a\\u009b31mb'],
    ['other scripts', 'größe 日本', 'größe 日本'],
  ])('%s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('printableLines', () => {
  it('keeps line feeds, and nothing else that moves the cursor', () => {
    expect(printableLines('a\r\nb\u001b[2J')).toBe('a\\u000d\nb\\u001b[2J');
  });
});

describe('shellWord', () => {
  it.each([
    ['clusterroles/system:node', 'clusterroles/system:node'],
    ['roles/$(reboot)', "'roles/$(reboot)'"],
    ["roles/it's; ls", "'roles/it'\\''s; ls'"],
    ['roles/a\nls', "'roles/a\\u000als'"],
    ['', "''"],
  ])('of %j is %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});
