import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  EmailTakenError,
  LastAdminError,
  type AuditRecord,
  type UserRecord,
  type UserStore,
} from '../user-store.ts';

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

    it('lists users by email, a page at a time, and those of one status alone', async () => {
      const named = (id: string, email: string, status: UserRecord['status']): UserRecord => ({
        ...ada,
        ...{ id, email, status },
      });
      const all = [
        named('u-9', 'a@example.com', 'active'),
        named('u-1', 'b@example.com', 'inactive'),
        named('u-5', 'c@example.com', 'active'),
      ];
      for (const user of all.toReversed()) await store.ensure(user);
      assert.deepEqual(await store.list({ limit: 10, offset: 0 }), { users: all, totalCount: 3 });
      assert.deepEqual(await store.list({ limit: 1, offset: 1 }), { users: [all[1]], totalCount: 3 });
      assert.deepEqual(await store.list({ limit: 1, offset: 0 }, 'active'), {
        users: [all[0]],
        totalCount: 2,
      });
      assert.deepEqual(await store.list({ limit: 9, offset: 0 }, 'provisioned'), {
        users: [],
        totalCount: 0,
      });
    });

    it('changes what is named and nothing else', async () => {
      await store.ensure({ ...ada, rateLimit: 5, accessTags: ['beta'] });
      const changed = { ...ada, displayName: 'Countess', rateLimit: 5, accessTags: ['x "y"', 'ü'] };
      const change = { displayName: 'Countess', accessTags: ['x "y"', 'ü'] };
      assert.deepEqual(await store.update('u-1', change), changed);
      assert.deepEqual(await store.find('u-1'), changed);
      assert.deepEqual(await store.update('u-1', { accessTags: [], rateLimit: 'default' }), {
        ...ada,
        displayName: 'Countess',
      });
      assert.deepEqual((await store.update('u-1', { rateLimit: 7 }))?.rateLimit, 7);
      assert.equal(await store.update('u-2', { displayName: 'nobody' }), undefined);
      assert.equal(await store.update('ada@example.com', { displayName: 'by email' }), undefined);
    });

    it('takes the last admin’s role from nobody, nor switches them off', async () => {
      await store.ensure(ada);
      await store.ensure({ ...ada, id: 'u-2', email: 'b@example.com', status: 'inactive' });
      await store.ensure({ ...ada, id: 'u-3', email: 'c@example.com', role: 'developer' });
      for (const change of [{ role: 'developer' }, { status: 'inactive' }] as const) {
        await assert.rejects(store.update('u-1', change), LastAdminError);
      }
      assert.deepEqual(await store.find('u-1'), ada);
      assert.equal((await store.update('u-1', { displayName: 'Still here' }))?.role, 'admin');
      assert.equal((await store.update('u-3', { status: 'inactive' }))?.status, 'inactive');
      assert.equal((await store.update('u-3', { status: 'provisioned', role: 'admin' }))?.role, 'admin');
      assert.equal((await store.update('u-1', { role: 'developer' }))?.role, 'developer');
    });

    it('leaves one admin of many who are all to go at once', async () => {
      const ids = ['u-1', 'u-2', 'u-3', 'u-4'];
      for (const id of ids) await store.ensure({ ...ada, id, email: `${id}@example.com` });
      const outcomes = await Promise.allSettled(
        ids.map((id, index) => store.update(id, index % 2 ? { role: 'developer' } : { status: 'inactive' })),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
      const { users } = await store.list({ limit: 10, offset: 0 });
      assert.equal(users.filter(({ role, status }) => role === 'admin' && status === 'active').length, 1);
    });

    it('removes a user who is inactive, and knows afterwards which id they had', async () => {
      await store.ensure({ ...ada, role: 'developer' });
      assert.equal(await store.delete('u-1'), undefined);
      const inactive = await store.update('u-1', { status: 'inactive' });
      assert.deepEqual(await store.delete('u-1'), inactive);
      assert.equal(await store.find('u-1'), undefined);
      assert.equal(await store.delete('u-1'), undefined);
      assert.equal(await store.formerId('ADA@example.com'), 'u-1');
      assert.equal(await store.formerId('bob@example.com'), undefined);
      await store.ensure({ ...ada, id: 'u-2', status: 'inactive' });
      await store.delete('u-2');
      assert.equal(await store.formerId('ada@example.com'), 'u-2');
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
