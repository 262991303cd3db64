import assert from 'node:assert/strict';
import { NO_CATALOG } from '../../catalog/catalog-index.ts';
import { openCatalog } from '../../catalog/open-catalog.ts';
import { CATALOG_SCHEMA } from '../../storage/sqlite/catalog-schema.ts';
import { createSqliteCatalogStore } from '../../storage/sqlite/catalog-store.ts';
import { openDatabase } from '../../storage/sqlite/open.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { catalogInForce } from './catalog.ts';

describe('catalog in force', () => {
  it('is empty where there is none', async () => {
    assert.equal(await catalogInForce(undefined), NO_CATALOG);
  });

  it('refuses everyone while the store cannot be asked', async () => {
    const db = openDatabase({ path: ':memory:', schema: [CATALOG_SCHEMA] });
    const clock = manualClock(0);
    const catalog = await openCatalog({ backend: 'store' }, createSqliteCatalogStore(db), clock);
    clock.advanceMs(2_000);
    db.exec('ALTER TABLE catalog_version RENAME TO gone');
    await assert.rejects(catalogInForce(catalog), { type: 'governance_unavailable', status: 503 });
    db.close();
  });
});
