import type { DatabaseSync } from 'node:sqlite';
import type { RateWindows } from '../rate-windows.ts';
import { GroupCommit } from './group-commit.ts';

/**
 * Counts in a database opened with `RATE_WINDOW_SCHEMA`, which several processes may share and which stays the
 * caller's to close. Each process sweeps once a minute, with the first call of that minute.
 */
export function createSqliteRateWindows(db: DatabaseSync): RateWindows {
  const commit = new GroupCommit(db);
  const add = db.prepare(
    'INSERT INTO rate_windows (unix_minute, user_id, calls) VALUES (?, ?, 1)' +
      ' ON CONFLICT DO UPDATE SET calls = calls + 1 RETURNING calls',
  );
  const sweep = db.prepare('DELETE FROM rate_windows WHERE unix_minute < ?');
  let sweptBefore: number | undefined;
  return {
    count: (userId, unixMinute) =>
      commit.run(() => {
        if (sweptBefore !== unixMinute) sweep.run(unixMinute);
        sweptBefore = unixMinute;
        return Number(add.get(unixMinute, userId)?.['calls']);
      }),
  };
}
