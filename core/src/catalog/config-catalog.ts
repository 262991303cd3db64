import type { CatalogEntry, CatalogReader } from '../storage/catalog-store.ts';

/** The catalog of a configuration (`catalog.models`): read-only, and the same until the process ends. */
export function createConfigCatalog(entries: readonly CatalogEntry[]): CatalogReader {
  const contents = { version: '1', entries };
  return {
    source: 'config',
    version: async () => contents.version,
    list: async () => contents,
  };
}
