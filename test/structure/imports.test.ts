import assert from 'node:assert/strict';
import path from 'node:path';
import { blocksBelow, filesOf, textOf } from './repository.ts';

const CORE = 'core/src/';

/** `… from './x.ts'`, `import('./x.ts')`, `import './x.ts'`: prettier writes them no other way. */
const IMPORTED = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/**
 * Lint holds the packages apart; what holds the rooms of core apart is the drawing of floors in
 * docs/architecture.md. Types count, too: who takes a type of a room has to know the room.
 */
describe('which way the imports of core point', () => {
  const [drawing = ''] = blocksBelow('Which way imports point');
  const floors = drawing.split('\n').map((line) => line.split(/\s+/).filter((name) => name !== ''));
  const rooms = new Map(floors.flatMap((names, below) => names.map((name) => [name, below] as const)));
  const roomOf = (file: string): string | undefined =>
    [...rooms.keys()]
      .filter((room) => (room.endsWith('/') ? file.startsWith(room) : file === room))
      .toSorted((one, other) => other.length - one.length)[0];
  const files = filesOf(`${CORE}*.ts`)
    .map((file) => file.slice(CORE.length))
    .filter((file) => !isOfTests(file));

  it('is drawn for every file, and nothing is drawn that is not there', () => {
    assert.ok(files.length > 300, 'the files are found');
    assert.deepEqual(
      files.filter((file) => roomOf(file) === undefined),
      [],
    );
    const used = new Set(files.map(roomOf));
    assert.deepEqual(
      [...rooms.keys()].filter((room) => !used.has(room)),
      [],
    );
  });

  it('is down: to a lower floor, or within the room', () => {
    const floorOf = (file: string): number => rooms.get(roomOf(file) ?? '') ?? Number.NaN;
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((other) => !isOfTests(other))
        .filter((other) => roomOf(other) !== roomOf(file) && !(floorOf(other) > floorOf(file)))
        .map((other) => `${file} -> ${other}`),
    );
    assert.deepEqual(upward, []);
  });

  it('is never to what only tests need', () => {
    const toTests = files.flatMap((file) =>
      importsOf(file)
        .filter(isOfTests)
        .map((other) => `${file} -> ${other}`),
    );
    assert.deepEqual(toTests, []);
  });
});

/** The files of core that a file of core imports. */
function importsOf(file: string): readonly string[] {
  return [...textOf(CORE + file).matchAll(IMPORTED)]
    .map(([, to = '']) => path.posix.join(path.posix.dirname(file), to))
    .filter((to) => !to.startsWith('..'));
}

function isOfTests(file: string): boolean {
  return /(^|\/)(testing|contract-suites)\/|\.test\.ts$/.test(file);
}
