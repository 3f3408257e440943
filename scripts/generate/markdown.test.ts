import { describe, expect, it } from '@jest/globals';
import { table, withSection } from './markdown.ts';

describe('table', () => {
  it('keeps each row on its line and each text in its cell', () => {
    expect(
      table([
        ['a', 'b'],
        ['x | y', 'one\n  two'],
      ]),
    ).toBe('| a | b |\n| --- | --- |\n| x \\| y | one two |\n');
  });
});

describe('withSection', () => {
  const begin = '<!-- generated: it -->';
  const end = '<!-- end generated -->';

  it('replaces what is between the marks and nothing else', () => {
    const page = `# A\n\n${begin}\nold\n${end}\n\nB\n<!-- generated: other -->\nkept\n${end}\n`;
    expect(withSection(page, 'it', 'new\n')).toBe(
      `# A\n\n${begin}\n\nnew\n\n${end}\n\nB\n<!-- generated: other -->\nkept\n${end}\n`,
    );
  });

  it('gives the same page when it is done again', () => {
    const once = withSection(`${begin}${end}`, 'it', 'new');
    expect(withSection(once, 'it', 'new')).toBe(once);
  });

  it.each([
    ['no marks', 'text'],
    ['no end', `${begin} text`],
    ['an end that stands before', `${end} ${begin}`],
    ['the same mark twice', `${begin}${end}${begin}${end}`],
  ])('refuses a page with %s', (_, page) => {
    expect(() => withSection(page, 'it', 'new')).toThrow(
      /needs the marks '<!-- generated: it -->'/,
    );
  });
});
