import type { SchemaComponent } from './migrate.ts';

/** Table `annotations`; a field of another type of annotation is null. Times are milliseconds since 1970. */
export const ANNOTATION_SCHEMA: SchemaComponent = {
  component: 'annotations',
  migrations: [
    `
    CREATE TABLE annotations (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      trace_id TEXT NOT NULL,
      author_id TEXT NOT NULL,
      type TEXT NOT NULL,
      success INTEGER,
      score REAL,
      label TEXT,
      reviewer TEXT,
      metric_name TEXT,
      metric_value REAL,
      comment TEXT NOT NULL,
      created_at_unix_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX annotations_by_trace ON annotations (trace_id, created_at_unix_ms);
    CREATE UNIQUE INDEX one_outcome_per_author ON annotations (trace_id, author_id) WHERE type = 'outcome';
    `,
    // Not a column of `annotations`: a key is remembered when its annotation has been replaced, too.
    `
    CREATE TABLE annotation_keys (
      author_id TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      annotation_json TEXT NOT NULL,
      PRIMARY KEY (author_id, idempotency_key)
    ) STRICT, WITHOUT ROWID;
    `,
    `
    ALTER TABLE annotation_keys ADD COLUMN created_at_unix_ms INTEGER NOT NULL DEFAULT 0;
    UPDATE annotation_keys SET created_at_unix_ms = json_extract(annotation_json, '$.createdAtUnixMs');
    CREATE INDEX annotation_keys_by_age ON annotation_keys (created_at_unix_ms);
    `,
  ],
};
