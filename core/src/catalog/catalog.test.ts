import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as untilIdle } from 'node:timers/promises';
import { blankEntry, type CatalogContents, type CatalogReader } from '../storage/catalog-store.ts';
import { CATALOG_SCHEMA } from '../storage/sqlite/catalog-schema.ts';
import { createSqliteCatalogStore } from '../storage/sqlite/catalog-store.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { manualClock, type ManualClock } from '../testing/manual-clock.ts';
import { Catalog } from './catalog.ts';
import { openCatalog } from './open-catalog.ts';

const KEY = { provider: 'openai', modelId: 'gpt-4o' };

describe('catalog of a process', () => {
  let folder: string;
  let db: DatabaseSync;
  let clock: ManualClock;
  let catalog: Catalog;
  let other: Catalog;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-catalog-'));
    db = openDatabase({ path: join(folder, 'state.db'), schema: [CATALOG_SCHEMA] });
    clock = manualClock(0);
    catalog = await openCatalog({ backend: 'store' }, createSqliteCatalogStore(db), clock);
    other = await openCatalog({ backend: 'store' }, createSqliteCatalogStore(db), clock);
  });
  afterEach(async () => {
    db.close();
    await rm(folder, { recursive: true });
  });

  it('knows at once what it changed itself', async () => {
    await catalog.editor?.put(KEY, () => blankEntry(KEY, true));
    assert.equal(catalog.known.find('openai', 'gpt-4o')?.entry.enabled, true);
    await catalog.editor?.delete(KEY);
    assert.deepEqual(catalog.known.entries, []);
  });

  it('knows what another process changed after two seconds, and asks no more often', async () => {
    await other.editor?.put(KEY, () => blankEntry(KEY, true));
    clock.advanceMs(1_999);
    assert.deepEqual((await catalog.current()).entries, []);
    clock.advanceMs(1);
    assert.equal((await catalog.current()).entries.length, 1);
    await other.editor?.delete(KEY);
    assert.equal((await catalog.current()).entries.length, 1);
  });

  it('has what is in force at hand, without waiting, until it is too old', () => {
    assert.equal(catalog.current(), catalog.known);
    clock.advanceMs(2_000);
    assert.ok(catalog.current() instanceof Promise);
  });

  it('says so when the store does not answer, until it does again', async () => {
    clock.advanceMs(2_000);
    db.exec('ALTER TABLE catalog_version RENAME TO gone');
    await assert.rejects(async () => catalog.current());
    await assert.rejects(async () => catalog.current());
    db.exec('ALTER TABLE gone RENAME TO catalog_version');
    assert.deepEqual((await catalog.current()).entries, []);
  });

  it('is read-only and never too old where it comes from a configuration', async () => {
    const models = [blankEntry(KEY, false)];
    const configured = await openCatalog({ backend: 'config', models }, createSqliteCatalogStore(db), clock);
    clock.advanceMs(1e9);
    assert.equal(configured.current(), configured.known);
    assert.deepEqual([configured.source, configured.editor], ['config', undefined]);
    assert.deepEqual(configured.known.entries, models);
  });

  it('does not go back to an older reading that ends later', async () => {
    const answers: ((contents: CatalogContents) => void)[] = [];
    const empty = { version: '1', entries: [] };
    let isFirst = true;
    const slow: CatalogReader = {
      source: 'store',
      version: async () => 'another one every time',
      list: () => {
        if (!isFirst) return new Promise((resolve) => answers.push(resolve));
        isFirst = false;
        return Promise.resolve(empty);
      },
    };
    const store = Object.assign(slow, { put: async () => blankEntry(KEY, true), delete: async () => true });
    const racing = await Catalog.open(store, clock);
    clock.advanceMs(2_000);
    const checked = racing.current();
    await untilIdle();
    const deleted = racing.editor?.delete(KEY);
    await untilIdle();
    assert.equal(answers.length, 2, 'both are being read');
    answers[1]?.({ version: '3', entries: [blankEntry(KEY, true)] });
    await deleted;
    answers[0]?.({ version: '2', entries: [] });
    await checked;
    assert.equal(racing.known.version, '3');
  });
});
