/** A table; the first row is its header. */
export function table(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const lines = [header, header.map(() => '---'), ...body].map(
    (cells) => `| ${cells.map(escapeCell).join(' | ')} |`,
  );
  return `${lines.join('\n')}\n`;
}

/** A bar would end the cell, a line feed the table. */
function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/**
 * Puts generated text into a page that people write, between `<!-- generated: NAME -->` and
 * `<!-- end generated -->`; everything else of the page stays.
 * @throws Error where the page does not have the two marks, once and in this order
 */
export function withSection(page: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = '<!-- end generated -->';
  const [before, rest, ...more] = page.split(begin);
  const after = rest?.slice(rest.indexOf(end));
  if (before === undefined || after?.startsWith(end) !== true || more.length > 0) {
    throw new Error(`A page needs the marks '${begin}' and '${end}', once and in this order.`);
  }
  return `${before}${begin}\n\n${content.trim()}\n\n${after}`;
}
