import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../storage/sqlite/open.ts';
import { RUNTIME_STATE_SCHEMA } from '../storage/sqlite/runtime-state-schema.ts';
import { createSqliteRuntimeStateStore } from '../storage/sqlite/runtime-state-store.ts';
import type { RuntimeStateStore } from '../storage/runtime-state-store.ts';

/**
 * The state of the runtimes in a SQLite file, which is made at the first thing to remember: whoever starts and
 * downloads nothing has no file of it.
 *
 * @throws StorageOpenError from whichever call has to open the file
 */
export class StateFile implements RuntimeStateStore {
  readonly #path: string;
  #opened: { readonly db: DatabaseSync; readonly store: RuntimeStateStore } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async listPulls(): ReturnType<RuntimeStateStore['listPulls']> {
    return this.#isThere() ? this.#store().listPulls() : [];
  }

  async putPull(...args: Parameters<RuntimeStateStore['putPull']>): Promise<void> {
    await this.#store().putPull(...args);
  }

  async readPreferences(): ReturnType<RuntimeStateStore['readPreferences']> {
    return this.#isThere() ? this.#store().readPreferences() : {};
  }

  async updatePreferences(...args: Parameters<RuntimeStateStore['updatePreferences']>): Promise<void> {
    await this.#store().updatePreferences(...args);
  }

  async clear(): Promise<void> {
    if (this.#isThere()) await this.#store().clear();
  }

  close(): void {
    this.#opened?.db.close();
    this.#opened = undefined;
  }

  #isThere(): boolean {
    return this.#opened !== undefined || existsSync(this.#path);
  }

  #store(): RuntimeStateStore {
    if (this.#opened === undefined) {
      const db = openDatabase({ path: this.#path, schema: [RUNTIME_STATE_SCHEMA] });
      this.#opened = { db, store: createSqliteRuntimeStateStore(db) };
    }
    return this.#opened.store;
  }
}
