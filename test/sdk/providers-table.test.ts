import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { COLUMNS, PROVIDERS } from '../../scripts/providers-table.ts';

const PAGE = new URL('../../docs/providers.md', import.meta.url);

describe('the table of providers in docs', () => {
  const page = readFileSync(PAGE, 'utf8');
  const table = page.slice(page.indexOf('<!-- table -->'), page.indexOf('<!-- end of the table -->'));
  const [head, , ...rows] = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it('has the columns of the script that writes it', () => {
    assert.deepEqual(head, ['Provider', ...COLUMNS, 'called with']);
  });

  it('has its rows, with a mark in every cell', () => {
    assert.deepEqual(
      rows.map(([name, ...rest]) => [name, rest.at(-1)]),
      PROVIDERS.map(({ name, sdks }) => [name, sdks]),
    );
    for (const mark of rows.flatMap((row) => row.slice(1, -1))) assert.match(mark, /^(✓|✗|– \[\d+\])$/);
  });
});
