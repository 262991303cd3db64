import type { Clock } from '../clock.ts';
import type { CatalogEntry, CatalogStore } from '../storage/catalog-store.ts';
import { Catalog } from './catalog.ts';
import { createConfigCatalog } from './config-catalog.ts';

/** Where the catalog is kept: `catalog.backend`. */
export type CatalogOptions =
  | { readonly backend: 'config'; readonly models: readonly CatalogEntry[] }
  /** In the state store, where admins change it. */
  | { readonly backend: 'store' };

/** @param store where admins change it, if that is where it is kept. */
export function openCatalog(
  options: CatalogOptions = { backend: 'config', models: [] },
  store: CatalogStore,
  clock: Clock,
): Promise<Catalog> {
  const reader = options.backend === 'store' ? store : createConfigCatalog(options.models);
  return Catalog.open(reader, clock);
}
