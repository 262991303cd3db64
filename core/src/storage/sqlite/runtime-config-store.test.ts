import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describeRuntimeConfigStore } from '../contract-suites/runtime-config-suite.ts';
import { openDatabase } from './open.ts';
import { RUNTIME_CONFIG_SCHEMA } from './runtime-config-schema.ts';
import { createSqliteRuntimeConfigStore } from './runtime-config-store.ts';

describe('SQLite runtime configuration', () => {
  let folder: string;
  const open: DatabaseSync[] = [];
  const database = (): DatabaseSync => {
    const db = openDatabase({ path: join(folder, 'state.db'), schema: [RUNTIME_CONFIG_SCHEMA] });
    open.push(db);
    return db;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-runtime-'));
  });
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
    rmSync(folder, { recursive: true });
  });

  describeRuntimeConfigStore('SQLite', () => createSqliteRuntimeConfigStore(database()));

  it('is one for all that share the file, and loses no change of any of them', async () => {
    const sharers = Array.from({ length: 3 }, () => createSqliteRuntimeConfigStore(database()));
    await Promise.all(
      sharers.flatMap((store, sharer) =>
        Array.from({ length: 10 }, (_, index) =>
          store.update((value) => ({ ...value, [`${sharer}.${index}`]: 1 })),
        ),
      ),
    );
    const read = await Promise.all(sharers.map((store) => store.read()));
    assert.deepEqual(
      read.map(({ version, value }) => [version, Object.keys(value).length]),
      [
        [30, 30],
        [30, 30],
        [30, 30],
      ],
    );
  });
});
