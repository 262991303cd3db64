import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RuntimeConfigStore, StoredConfigValue, StoredRuntimeConfig } from '../runtime-config-store.ts';
import { GroupCommit } from './group-commit.ts';

/**
 * In a database opened with `RUNTIME_CONFIG_SCHEMA`, which several processes may share and which stays the caller's
 * to close.
 */
export function createSqliteRuntimeConfigStore(db: DatabaseSync): RuntimeConfigStore {
  const commit = new GroupCommit(db);
  const row = db.prepare('SELECT version, value_json FROM runtime_config WHERE id = 1');
  const put = db.prepare('INSERT OR REPLACE INTO runtime_config (id, version, value_json) VALUES (1, ?, ?)');
  const read = (): StoredRuntimeConfig => storedFrom(row.get());
  return {
    async read() {
      return read();
    },
    update: (change) =>
      commit.run(() => {
        const before = read();
        const after = { version: before.version + 1, value: change(before.value) };
        put.run(after.version, JSON.stringify(after.value));
        return after;
      }),
  };
}

function storedFrom(row: Record<string, SQLOutputValue> | undefined): StoredRuntimeConfig {
  if (row === undefined) return { version: 0, value: {} };
  return {
    version: Number(row['version']),
    value: JSON.parse(String(row['value_json'])) as StoredConfigValue,
  };
}
