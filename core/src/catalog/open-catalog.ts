import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { CatalogEntry } from '../storage/catalog-store.ts';
import { createSqliteCatalogStore } from '../storage/sqlite/catalog-store.ts';
import { Catalog } from './catalog.ts';
import { createConfigCatalog } from './config-catalog.ts';

/** Where the catalog is kept: `catalog.backend`. */
export type CatalogOptions =
  | { readonly backend: 'config'; readonly models: readonly CatalogEntry[] }
  /** In the state store, where admins change it. */
  | { readonly backend: 'store' };

/** @param db opened with `CATALOG_SCHEMA`. */
export function openCatalog(
  options: CatalogOptions = { backend: 'config', models: [] },
  db: DatabaseSync,
  clock: Clock,
): Promise<Catalog> {
  const reader =
    options.backend === 'store' ? createSqliteCatalogStore(db) : createConfigCatalog(options.models);
  return Catalog.open(reader, clock);
}
