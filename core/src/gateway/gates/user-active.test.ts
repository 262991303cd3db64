import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../storage/sqlite/open.ts';
import { USER_SCHEMA } from '../../storage/sqlite/user-schema.ts';
import { createSqliteUserStore } from '../../storage/sqlite/user-store.ts';
import type { UserStatus, UserStore } from '../../storage/user-store.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { Refusal } from '../errors.ts';
import { Accounts } from './accounts.ts';
import { activeUser } from './user-active.ts';

describe('user active', () => {
  let db: DatabaseSync;
  let users: UserStore;
  let clock: ManualClock;
  let accounts: Accounts;
  beforeEach(() => {
    db = openDatabase({ path: ':memory:', schema: [USER_SCHEMA] });
    users = createSqliteUserStore(db);
    clock = manualClock(0);
    accounts = new Accounts(users, clock);
  });
  afterEach(() => db.close());

  const add = async (status: UserStatus): Promise<void> => {
    const ada = { id: 'ada', email: 'ada@example.com', displayName: 'Ada', role: 'developer' } as const;
    await users.ensure({ ...ada, status, createdAtUnixMs: 0 });
  };
  const setStatus = (status: UserStatus): void => void db.prepare('UPDATE users SET status = ?').run(status);
  const refusedWith = (type: string) => (cause: unknown) => cause instanceof Refusal && cause.type === type;

  it('lets an active user through', async () => {
    await add('active');
    assert.equal((await activeUser(accounts, 'ada')).id, 'ada');
  });

  it('makes a provisioned user active at first sight, for everyone', async () => {
    await add('provisioned');
    assert.equal((await activeUser(accounts, 'ada')).status, 'active');
    assert.equal((await users.find('ada'))?.status, 'active');
  });

  it('refuses one who is inactive, and one there is not', async () => {
    await add('inactive');
    await assert.rejects(activeUser(accounts, 'ada'), refusedWith('account_inactive'));
    await assert.rejects(activeUser(accounts, 'bob'), refusedWith('account_inactive'));
  });

  it('asks the store once in five seconds, and no longer trusts what it knew then', async () => {
    await add('active');
    await activeUser(accounts, 'ada');
    setStatus('inactive');
    clock.advanceMs(4_999);
    await activeUser(accounts, 'ada');
    clock.advanceMs(1);
    await assert.rejects(activeUser(accounts, 'ada'), refusedWith('account_inactive'));
    setStatus('active');
    clock.advanceMs(5_000);
    await activeUser(accounts, 'ada');
  });

  it('asks anew for one who was forgotten, also when the asking had begun before', async () => {
    await add('active');
    const asking = activeUser(accounts, 'ada');
    setStatus('inactive');
    accounts.forget('ada');
    await asking;
    await assert.rejects(activeUser(accounts, 'ada'), refusedWith('account_inactive'));
    setStatus('active');
    accounts.forget('ada');
    await activeUser(accounts, 'ada');
  });

  it('does not remember that there is nobody', async () => {
    await assert.rejects(activeUser(accounts, 'ada'));
    await add('active');
    await activeUser(accounts, 'ada');
  });

  it('refuses everyone while the store cannot be asked', async () => {
    await add('active');
    db.exec('ALTER TABLE users RENAME TO gone');
    await assert.rejects(activeUser(accounts, 'ada'), refusedWith('governance_unavailable'));
  });
});
