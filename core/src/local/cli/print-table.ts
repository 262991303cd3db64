import { stripVTControlCharacters, styleText } from 'node:util';
import type { Cli } from './cli.ts';

export interface TableColumn {
  readonly title: string;
  /** Figures are read from the right. */
  readonly align?: 'left' | 'right';
}

/**
 * Rows below their titles, columns aligned. Bold titles only where the output shows them, which `NO_COLOR` and a pipe
 * do not.
 */
export function printTable(
  cli: Pick<Cli, 'stdout'>,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): void {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((row) => (row[at] ?? '').length)),
  );
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const [text = '', width = 0] = [texts[at], widths[at]];
        return align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const titles = styleText('bold', line(columns.map(({ title }) => title)), { stream: cli.stdout });
  cli.stdout.write([titles, ...cells.map(line), ''].join('\n'));
}

/** `label  value`, one a line. */
export function printFields(
  cli: Pick<Cli, 'stdout'>,
  fields: readonly (readonly [label: string, value: string])[],
): void {
  const width = Math.max(0, ...fields.map(([label]) => label.length));
  for (const [label, value] of fields) {
    const name = styleText('dim', label.padEnd(width), { stream: cli.stdout });
    cli.stdout.write(`${name}  ${printable(value)}\n`);
  }
}

/** What others have written, such as a grant's reason, must not steer the terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
}
