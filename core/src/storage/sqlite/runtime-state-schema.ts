import type { SchemaComponent } from './migrate.ts';

/** Tables `model_pulls`, a row for each model that was ever downloaded, and `runtime_preferences`, of one row. */
export const RUNTIME_STATE_SCHEMA: SchemaComponent = {
  component: 'runtime_state',
  migrations: [
    `
    CREATE TABLE model_pulls (
      backend TEXT NOT NULL,
      model TEXT NOT NULL,
      state TEXT NOT NULL,
      completed_bytes INTEGER NOT NULL,
      total_bytes INTEGER NOT NULL,
      error TEXT NOT NULL,
      started_at_unix_ms INTEGER NOT NULL,
      changed_at_unix_ms INTEGER NOT NULL,
      PRIMARY KEY (backend, model)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE runtime_preferences (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      value_json TEXT NOT NULL
    ) STRICT;
    `,
  ],
};
