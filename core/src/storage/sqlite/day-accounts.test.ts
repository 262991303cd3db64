import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { DayAccounts } from './day-accounts.ts';
import { GroupCommit } from './group-commit.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { openDatabase } from './open.ts';

describe('users’ days', () => {
  let db: DatabaseSync;
  let days: DayAccounts;
  let commit: GroupCommit;
  beforeEach(() => {
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA] });
    days = new DayAccounts(db);
    commit = new GroupCommit(db, days);
  });
  afterEach(() => db.close());

  const key = (userId = 'ada') => ({ userId, periodKey: '2026-07-31' });
  const spend = (amount: bigint, userId?: string): void =>
    days.change(key(userId), { spent: amount, grantsSpent: 0n, reserved: 1n, tokens: 2 });
  const inStore = (userId = 'ada') => {
    const row = db
      .prepare('SELECT spent_nano_usd, reserved_nano_usd, tokens_used FROM budget_periods WHERE user_id = ?')
      .get(userId);
    return row && Object.values(row);
  };
  const spent = (): bigint => days.at('ada', '2026-07-31').spent;

  it('show each step what the earlier ones of its transaction changed, and are written with the commit', async () => {
    const seen: bigint[] = [];
    const steps = [3n, 4n].map((amount) =>
      commit.run(() => {
        spend(amount);
        seen.push(spent());
        assert.equal(inStore(), undefined);
      }),
    );
    await Promise.all([...steps, commit.run(() => spend(9n, 'bob'))]);
    assert.deepEqual(seen, [3n, 7n]);
    assert.deepEqual(
      [inStore(), inStore('bob')],
      [
        [7, 2, 4],
        [9, 1, 2],
      ],
    );
    await commit.run(() => spend(1n));
    assert.deepEqual(inStore(), [8, 3, 6]);
  });

  it('forget what a step changed that failed, and keep its neighbours’ changes once', async () => {
    const first = commit.run(() => spend(3n));
    const failed = commit.run(() => {
      spend(100n);
      throw new Error('a step');
    });
    const last = commit.run(() => spend(4n));
    await assert.rejects(failed, /a step/);
    await Promise.all([first, last]);
    assert.deepEqual([inStore(), spent()], [[7, 2, 4], 7n]);
  });

  it('are written before they are reset or marked, in the order of the steps', async () => {
    await Promise.all([
      commit.run(() => spend(3n)),
      commit.run(() => days.resetSpend(key())),
      commit.run(() => spend(4n)),
      commit.run(() => days.setAlerted(key(), 80)),
    ]);
    assert.deepEqual([inStore(), days.at('ada', '2026-07-31').alertedPercent], [[4, 2, 4], 80]);
  });

  it('are read and written at once outside of a group’s transaction', () => {
    spend(3n);
    assert.deepEqual([inStore(), spent()], [[3, 1, 2], 3n]);
  });
});
