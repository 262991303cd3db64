import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describeRateWindows } from '../contract-suites/rate-windows-suite.ts';
import { openDatabase } from './open.ts';
import { RATE_WINDOW_SCHEMA } from './rate-window-schema.ts';
import { createSqliteRateWindows } from './rate-windows.ts';

describe('SQLite rate windows', () => {
  let folder: string;
  const open: DatabaseSync[] = [];
  const database = (): DatabaseSync => {
    const db = openDatabase({ path: join(folder, 'state.db'), schema: [RATE_WINDOW_SCHEMA] });
    open.push(db);
    return db;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-rate-'));
  });
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
    rmSync(folder, { recursive: true });
  });

  describeRateWindows('SQLite', () => createSqliteRateWindows(database()));

  it('hold over all that share the file', async () => {
    const sharers = Array.from({ length: 3 }, () => createSqliteRateWindows(database()));
    const counts = await Promise.all(
      sharers.flatMap((windows) => Array.from({ length: 20 }, () => windows.count('ada', 7))),
    );
    assert.equal(new Set(counts).size, 60);
    assert.equal(Math.max(...counts), 60);
  });

  it('leave nothing of the minutes before', async () => {
    const db = database();
    const windows = createSqliteRateWindows(db);
    for (let minute = 1; minute <= 20; minute++) {
      for (const user of ['ada', 'bob', 'cleo']) await windows.count(user, minute);
    }
    const rows = db.prepare('SELECT DISTINCT unix_minute AS minute FROM rate_windows').all();
    assert.deepEqual(
      rows.map(({ minute }) => minute),
      [20],
    );
  });
});
