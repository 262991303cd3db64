import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { blankEntry, type CatalogEntry, type CatalogStore } from '../catalog-store.ts';
import { inTransaction } from './transaction.ts';

/** The admin's catalog in a database opened with `CATALOG_SCHEMA`, which stays the caller's to close. */
export function createSqliteCatalogStore(db: DatabaseSync): CatalogStore {
  const version = db.prepare('SELECT version FROM catalog_version');
  const all = db.prepare('SELECT * FROM catalog ORDER BY provider, model_id');
  const byKey = db.prepare('SELECT * FROM catalog WHERE provider = ? AND model_id = ?');
  const write = db.prepare(
    'INSERT INTO catalog (provider, model_id, entry) VALUES (?, ?, ?)' +
      ' ON CONFLICT (provider, model_id) DO UPDATE SET entry = excluded.entry',
  );
  const remove = db.prepare('DELETE FROM catalog WHERE provider = ? AND model_id = ?');
  const nextVersion = db.prepare('UPDATE catalog_version SET version = version + 1');
  const versionNow = (): string => String(version.get()?.['version']);
  return {
    source: 'store',
    version: async () => versionNow(),
    // Without a transaction the version could be that of later entries than these; asked first, it is at worst too old.
    async list() {
      const listed = versionNow();
      return { version: listed, entries: all.all().map(entryFromRow) };
    },
    async put({ provider, modelId }, edit) {
      return inTransaction(db, () => {
        const row = byKey.get(provider, modelId);
        const entry = { ...edit(row && entryFromRow(row)), provider, modelId };
        write.run(provider, modelId, JSON.stringify(entry));
        nextVersion.run();
        return entry;
      });
    },
    async delete({ provider, modelId }) {
      return inTransaction(db, () => {
        if (remove.run(provider, modelId).changes === 0) return false;
        nextVersion.run();
        return true;
      });
    },
  };
}

/** Written by an older Candela, an entry may lack a field. */
function entryFromRow(row: Record<string, SQLOutputValue>): CatalogEntry {
  const key = { provider: String(row['provider']), modelId: String(row['model_id']) };
  const stored = JSON.parse(String(row['entry'])) as Partial<CatalogEntry>;
  return { ...blankEntry(key, false), ...stored, ...key };
}
