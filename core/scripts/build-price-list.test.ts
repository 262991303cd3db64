import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writePriceList } from './build-price-list.ts';

describe('build-price-list', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'price-list-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('writes the same file twice as once, and leaves nothing else behind', async () => {
    const file = join(folder, 'gen', 'price-list.json');
    await writePriceList(file);
    const first = await stat(file);
    await writePriceList(file);
    const second = await stat(file);
    assert.equal(second.ino, first.ino);
    assert.deepEqual(await readdir(join(folder, 'gen')), ['price-list.json']);
  });

  it('wrote the list this build runs with from the lists that are installed now', async () => {
    const file = join(folder, 'price-list.json');
    await writePriceList(file);
    const generated = await readFile(join(import.meta.dirname, '..', 'gen', 'price-list.json'), 'utf8');
    assert.equal(generated, await readFile(file, 'utf8'), 'run node core/scripts/build-price-list.ts');
  });
});
