/**
 * Lines of a Markdown table.
 * @param columns headings
 * @param rows cells as Markdown, in the order of the columns; a `|` in a cell must be escaped by the caller
 */
export const markdownTable = (columns: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [columns, columns.map(() => '---'), ...rows].map((cells, i) =>
    i === 1 ? `|${cells.join('|')}|` : `| ${cells.join(' | ')} |`,
  );
