import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StateFile } from '../../runtimes/state-file.ts';
import { describeRuntimeStateStore } from '../contract-suites/runtime-state-suite.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { openDatabase } from './open.ts';
import { RUNTIME_STATE_SCHEMA } from './runtime-state-schema.ts';
import { createSqliteRuntimeStateStore } from './runtime-state-store.ts';

describe('SQLite runtime state', () => {
  let folder: string;
  const open: DatabaseSync[] = [];
  const files: StateFile[] = [];
  const database = (): DatabaseSync => {
    const db = openDatabase({ path: join(folder, 'state.db'), schema: [RUNTIME_STATE_SCHEMA] });
    open.push(db);
    return db;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-runtime-state-'));
  });
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
    for (const file of files.splice(0)) file.close();
    rmSync(folder, { recursive: true });
  });

  describeRuntimeStateStore('SQLite', () => createSqliteRuntimeStateStore(database()));

  describeRuntimeStateStore('SQLite, in a file made when it is needed', () => {
    const file = new StateFile(join(folder, 'later.db'));
    files.push(file);
    return file;
  });

  it('makes no file for whoever only looks', async () => {
    const file = new StateFile(join(folder, 'none.db'));
    assert.deepEqual([await file.listPulls(), await file.readPreferences()], [[], {}]);
    await file.clear();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('shares its file with the ledger, and outlives the process', async () => {
    openDatabase({ path: join(folder, 'state.db'), schema: [LEDGER_SCHEMA] }).close();
    await createSqliteRuntimeStateStore(database()).updatePreferences(() => ({ backend: 'vllm' }));
    assert.deepEqual(await createSqliteRuntimeStateStore(database()).readPreferences(), { backend: 'vllm' });
  });
});
