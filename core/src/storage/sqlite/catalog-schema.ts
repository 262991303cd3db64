import type { SchemaComponent } from './migrate.ts';

/** Tables `catalog`, an entry a row, and `catalog_version`, one number that grows with every change. */
export const CATALOG_SCHEMA: SchemaComponent = {
  component: 'catalog',
  migrations: [
    `
    CREATE TABLE catalog (
      provider TEXT NOT NULL,
      model_id TEXT NOT NULL,
      -- A CatalogEntry as JSON: a field more needs no column.
      entry TEXT NOT NULL CHECK (json_valid(entry)),
      PRIMARY KEY (provider, model_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE catalog_version (version INTEGER NOT NULL) STRICT;
    INSERT INTO catalog_version VALUES (0);
    `,
  ],
};
