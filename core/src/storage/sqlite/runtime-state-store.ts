import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RuntimePreferences, RuntimeStateStore, StoredPull } from '../runtime-state-store.ts';
import { GroupCommit } from './group-commit.ts';

/** In a database opened with `RUNTIME_STATE_SCHEMA`, which stays the caller's to close. */
export function createSqliteRuntimeStateStore(db: DatabaseSync): RuntimeStateStore {
  const commit = new GroupCommit(db);
  const list = db.prepare('SELECT * FROM model_pulls ORDER BY started_at_unix_ms DESC, backend, model');
  const put = db.prepare('INSERT OR REPLACE INTO model_pulls VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const forgetPulls = db.prepare(`DELETE FROM model_pulls WHERE state <> 'pulling'`);
  const read = db.prepare('SELECT value_json FROM runtime_preferences WHERE id = 1');
  const write = db.prepare('INSERT OR REPLACE INTO runtime_preferences (id, value_json) VALUES (1, ?)');
  const forgetPreferences = db.prepare('DELETE FROM runtime_preferences');
  const preferences = (): RuntimePreferences => {
    const row = read.get();
    return row === undefined ? {} : (JSON.parse(String(row['value_json'])) as RuntimePreferences);
  };
  return {
    async listPulls() {
      return list.all().map(pullFrom);
    },
    async putPull({ backend, model, state, completedBytes, totalBytes, error, ...times }) {
      await commit.run(() => {
        const { startedAtUnixMs, changedAtUnixMs } = times;
        put.run(backend, model, state, completedBytes, totalBytes, error, startedAtUnixMs, changedAtUnixMs);
      });
    },
    async readPreferences() {
      return preferences();
    },
    async updatePreferences(change) {
      await commit.run(() => {
        write.run(JSON.stringify(change(preferences())));
      });
    },
    async clear() {
      await commit.run(() => {
        forgetPulls.run();
        forgetPreferences.run();
      });
    },
  };
}

function pullFrom(row: Record<string, SQLOutputValue>): StoredPull {
  return {
    backend: String(row['backend']),
    model: String(row['model']),
    state: String(row['state']) as StoredPull['state'],
    completedBytes: Number(row['completed_bytes']),
    totalBytes: Number(row['total_bytes']),
    error: String(row['error']),
    startedAtUnixMs: Number(row['started_at_unix_ms']),
    changedAtUnixMs: Number(row['changed_at_unix_ms']),
  };
}
