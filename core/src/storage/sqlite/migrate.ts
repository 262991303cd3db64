import type { DatabaseSync } from 'node:sqlite';
import { StorageOpenError } from '../storage-open-error.ts';
import { inTransaction } from './transaction.ts';

/** One store's part of a database file. */
export interface SchemaComponent {
  /** Unique in the file: `ledger`, `annotations`, … */
  readonly component: string;
  /**
   * SQL scripts; the store's version is how many of them have run. Scripts are only ever appended, and
   * add tables, columns and indexes, so that an older row stays readable.
   */
  readonly migrations: readonly string[];
}

/**
 * Runs what is missing, all components in one transaction. Versions are kept per component in table
 * `schema_migrations`, because several stores share a file and `PRAGMA user_version` holds one number.
 * Takes the write lock only when there is something to do, so a second process can open a busy file.
 *
 * @throws StorageOpenError if the file knows more migrations than this Candela.
 */
export function migrate(db: DatabaseSync, path: string, schema: readonly SchemaComponent[]): void {
  if (isCurrent(readVersions(db), path, schema)) return;
  inTransaction(db, () => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
    );
    // Read again under the lock: another process may have been first.
    const versions = readVersions(db);
    const keep = db.prepare(
      'INSERT INTO schema_migrations (component, version) VALUES (?, ?) ON CONFLICT (component) DO UPDATE SET version = excluded.version',
    );
    for (const { component, migrations } of schema) {
      for (const script of migrations.slice(versions.get(component) ?? 0)) db.exec(script);
      keep.run(component, migrations.length);
    }
  });
}

function isCurrent(
  versions: ReadonlyMap<string, number>,
  path: string,
  schema: readonly SchemaComponent[],
): boolean {
  for (const { component, migrations } of schema) {
    const version = versions.get(component) ?? 0;
    if (version > migrations.length) {
      throw new StorageOpenError(
        path,
        'newer',
        `the database ${path} was written by a newer Candela (${component} is at version ${version}, this one knows ` +
          `${migrations.length}): update Candela, or configure another path`,
      );
    }
  }
  return schema.every(({ component, migrations }) => versions.get(component) === migrations.length);
}

function readVersions(db: DatabaseSync): ReadonlyMap<string, number> {
  const exists = db
    .prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'`)
    .get();
  if (exists === undefined) return new Map();
  const rows = db.prepare('SELECT component, version FROM schema_migrations').all();
  return new Map(rows.map((row) => [String(row['component']), Number(row['version'])]));
}
