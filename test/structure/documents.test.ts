import assert from 'node:assert/strict';
import path from 'node:path';
import { blocksBelow, filesOf, textOf } from './repository.ts';

/** Folders whose rooms the page has to name, each of them. */
const HOUSES = ['', 'core/src', 'core/src/*', 'server/src', 'server/src/*', 'vscode-extension/src', 'test'];

describe('docs/architecture.md', () => {
  const files = filesOf();
  const folders = new Set(files.flatMap(foldersOf));
  const [drawing = ''] = blocksBelow('');
  const drawn = drawnPaths(drawing);

  it('draws what is there', () => {
    assert.ok(drawn.length > 60, 'the drawing is read');
    const isThere = (name: string): boolean => folders.has(name) || files.includes(name);
    assert.deepEqual(
      drawn.filter((name) => !isThere(name)),
      [],
    );
  });

  it('draws every room', () => {
    const rooms = [...folders].filter((folder) =>
      HOUSES.some((house) => path.matchesGlob(folder, path.posix.join(house, '*'))),
    );
    // What tests share is named once, for all of the rooms that have such a folder.
    const named = rooms.filter((room) => !/(^|\/)\.|\/testing$|^docs$/.test(room));
    assert.deepEqual(
      named.filter((room) => !drawn.includes(room)),
      [],
    );
  });
});

describe('what the documents refer to', () => {
  const files = filesOf();
  const documents = files.filter((file) => file.endsWith('.md'));
  const there = new Set([...files, ...files.flatMap(foldersOf)]);

  it('by a link is there', () => {
    const dead = documents.flatMap((file) =>
      linksOf(textOf(file))
        .filter((link) => !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    assert.deepEqual(dead, []);
  });

  it('by the name of a source file is there', () => {
    // A decision is not edited when times change.
    const present = documents.filter((file) => !file.startsWith('docs/decisions/0'));
    const named = present.flatMap((file) =>
      [...textOf(file).matchAll(/`([\w./-]+\.(?:ts|mjs|java))`/g)].map(([, name = '']) => ({ file, name })),
    );
    assert.ok(named.length > 50, 'the names are found');
    assert.deepEqual(
      named.filter(({ name }) => !files.some((file) => `/${file}`.endsWith(`/${name}`))),
      [],
    );
  });

  function leadsSomewhere(from: string, link: string): boolean {
    const [to = '', anchor] = link.split('#', 2);
    const target = to === '' ? from : path.posix.join(path.posix.dirname(from), to);
    if (!there.has(target.replace(/\/$/, ''))) return false;
    return anchor === undefined || anchorsOf(textOf(target)).includes(anchor);
  }
});

/** `core/src/money` from the line `  src/money/   exact amounts` below `core/`; a line may name several. */
function drawnPaths(drawing: string): readonly string[] {
  const above: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const depth = (line.length - line.trimStart().length) / 2;
    const words = line.trim().split(/\s+/);
    const end = words.findIndex((word) => !/^[\w./-]+(\/|\.ts)$/.test(word));
    const names = words
      .slice(0, end === -1 ? words.length : end)
      .map((name) => path.posix.join(above[depth - 1] ?? '', name).replace(/\/$/, ''));
    if (names[0] !== undefined) above[depth] = names[0];
    return names;
  });
}

/** Every folder above a file, the nearest first. */
function foldersOf(file: string): readonly string[] {
  const folder = path.posix.dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

/** Links within the repository; of images, too. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z-]+:/.test(link));
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
