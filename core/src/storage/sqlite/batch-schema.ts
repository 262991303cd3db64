import type { SchemaComponent } from './migrate.ts';

/** Table `batches`, one row a batch. */
export const BATCH_SCHEMA: SchemaComponent = {
  component: 'batches',
  migrations: [
    `
    CREATE TABLE batches (
      provider TEXT NOT NULL,
      batch_id TEXT NOT NULL,
      results_id TEXT,
      created_at_unix_ms INTEGER NOT NULL,
      -- A BatchRecord as JSON, its amounts as decimal text: a field more needs no column.
      record TEXT NOT NULL CHECK (json_valid(record)),
      PRIMARY KEY (provider, batch_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX batches_by_results ON batches (provider, results_id);
    CREATE INDEX batches_by_age ON batches (created_at_unix_ms);
    `,
  ],
};
