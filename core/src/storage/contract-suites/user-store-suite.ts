import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EmailTakenError, type AuditRecord, type UserRecord, type UserStore } from '../user-store.ts';

/** What every user store must do. `open` gives an empty store on the real engine; the suite closes it. */
export function describeUserStore(name: string, open: () => Promise<UserStore>): void {
  describe(`user store: ${name}`, () => {
    let store: UserStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const ada: UserRecord = {
      id: 'u-1',
      email: 'ada@example.com',
      displayName: 'Ada "the first" 👩‍💻',
      role: 'admin',
      status: 'active',
      createdAtUnixMs: 1_772_600_767_123,
    };
    const entry = (userId: string, timestampUnixMs: number, details = ''): AuditRecord => ({
      id: randomUUID(),
      userId,
      actorEmail: 'root@example.com',
      action: 'set_budget',
      details,
      timestampUnixMs,
    });

    it('finds nobody in an empty store', async () => {
      assert.equal(await store.find('u-1'), undefined);
      assert.equal(await store.find(''), undefined);
    });

    it('finds a user by id and by email, whatever the email’s case', async () => {
      assert.deepEqual(await store.ensure({ ...ada, email: 'Ada@Example.com' }), ada);
      for (const key of ['u-1', 'ada@example.com', 'ADA@example.COM'])
        assert.deepEqual(await store.find(key), ada);
      for (const key of ['U-1', `' OR 1=1 --`, '%']) assert.equal(await store.find(key), undefined);
    });

    it('prefers the user whose id it is over one whose email it is', async () => {
      const odd = { ...ada, id: 'ada@example.com', email: 'odd@example.com' };
      await store.ensure(ada);
      await store.ensure(odd);
      assert.deepEqual(await store.find('ada@example.com'), odd);
    });

    it('leaves a user alone who is there already', async () => {
      await store.ensure(ada);
      assert.deepEqual(await store.ensure({ ...ada, role: 'developer', email: 'new@example.com' }), ada);
      assert.equal(await store.find('new@example.com'), undefined);
    });

    it('keeps a limit of a user’s own', async () => {
      assert.deepEqual(await store.ensure({ ...ada, rateLimit: 5 }), { ...ada, rateLimit: 5 });
      assert.deepEqual(await store.find('u-1'), { ...ada, rateLimit: 5 });
    });

    it('makes a provisioned user active, and nobody else', async () => {
      await store.ensure({ ...ada, status: 'provisioned' });
      await store.ensure({ ...ada, id: 'u-2', email: '', status: 'inactive' });
      assert.deepEqual(await store.activate('u-1'), ada);
      assert.deepEqual(await store.find('u-1'), ada);
      assert.equal((await store.activate('u-2'))?.status, 'inactive');
      assert.equal(await store.activate('u-3'), undefined);
    });

    it('refuses a second user with the same email, but not several without one', async () => {
      await store.ensure(ada);
      await assert.rejects(store.ensure({ ...ada, id: 'u-2', email: 'ADA@example.com' }), EmailTakenError);
      assert.equal(await store.find('u-2'), undefined);
      await store.ensure({ ...ada, id: 'u-3', email: '' });
      await store.ensure({ ...ada, id: 'u-4', email: '' });
      assert.equal(await store.find(''), undefined);
    });

    it('adds a user once however many ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => store.ensure({ ...ada, displayName: `answer ${index}` })),
      );
      assert.equal(new Set(answers.map((user) => user.displayName)).size, 1);
    });

    it('keeps an audit log of users it does not know, newest first, up to a limit', async () => {
      const entries = [entry('gone', 1), entry('gone', 3), entry('gone', 2), entry('gone', 3)];
      for (const one of [...entries, entry('other', 9)]) await store.appendAudit(one);
      const [oldest, newest, middle, lastAppended] = entries;
      assert.deepEqual(await store.listAudit('gone', 10), [lastAppended, newest, middle, oldest]);
      assert.deepEqual(await store.listAudit('gone', 2), [lastAppended, newest]);
      assert.deepEqual(await store.listAudit('nobody', 10), []);
    });

    it('keeps the details of an audit entry exactly', async () => {
      const one = { ...entry(`u'"\0`, 1, `{"limit":"$5 ' \0 \\ ü"}`), action: 'create_grant' as const };
      await store.appendAudit(one);
      assert.deepEqual(await store.listAudit(one.userId, 1), [one]);
    });
  });
}
