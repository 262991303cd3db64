import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCatalogStore } from '../contract-suites/catalog-store-suite.ts';
import { blankEntry } from '../catalog-store.ts';
import { CATALOG_SCHEMA } from './catalog-schema.ts';
import { createSqliteCatalogStore } from './catalog-store.ts';
import { openDatabase } from './open.ts';

describeCatalogStore('SQLite', async () => {
  const db = openDatabase({ path: ':memory:', schema: [CATALOG_SCHEMA] });
  return { store: createSqliteCatalogStore(db), close: async () => db.close() };
});

describe('SQLite catalog store', () => {
  it('shows one process what another has written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candela-catalog-'));
    const open = () => openDatabase({ path: join(folder, 'state.db'), schema: [CATALOG_SCHEMA] });
    const [mine, theirs] = [open(), open()];
    const reader = createSqliteCatalogStore(mine);
    const before = await reader.version();
    const key = { provider: 'openai', modelId: 'gpt-4o' };
    await createSqliteCatalogStore(theirs).put(key, () => blankEntry(key, true));
    assert.notEqual(await reader.version(), before);
    assert.equal((await reader.list()).entries.length, 1);
    for (const db of [mine, theirs]) db.close();
    await rm(folder, { recursive: true });
  });

  it('reads an entry that lacks a field, and keeps such an entry switched off', async () => {
    const db = openDatabase({ path: ':memory:', schema: [CATALOG_SCHEMA] });
    db.exec(`INSERT INTO catalog VALUES ('openai', 'old', '{"displayName":"Old"}')`);
    const [entry] = (await createSqliteCatalogStore(db).list()).entries;
    assert.deepEqual(entry, {
      ...blankEntry({ provider: 'openai', modelId: 'old' }, false),
      displayName: 'Old',
    });
    db.close();
  });
});
