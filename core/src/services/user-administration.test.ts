import assert from 'node:assert/strict';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { UserRole, UserStatus } from '@candela/proto/types/user';
import type { UpdateUserRequestSchema } from '@candela/proto/v1/user_service';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  inMemoryServices,
  type Clients,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

const BOB = 'bob@example.com';

describe('UserService, who is a user', () => {
  let services: InMemoryServices;
  let admin: Clients['users'];
  beforeEach(async () => {
    services = await inMemoryServices();
    admin = services.as(ADMIN).users;
  });
  afterEach(() => services.close());

  const auditOf = async (userId: string): Promise<readonly [string, unknown][]> =>
    (await admin.listAuditLog({ userId })).entries.map(({ action, details }) => [
      action,
      JSON.parse(details),
    ]);
  const rateLimitOf = async (id: string): Promise<number | undefined> =>
    (await admin.getUser({ id })).user?.rateLimit;

  it('makes a user known who is provisioned, a developer, and has the budget that was named', async () => {
    const { user, budget } = await admin.createUser({
      ...{ email: 'Bob@Example.com', displayName: 'Bob', dailyBudgetUsd: 2.5 },
    });
    assert.deepEqual(
      [user?.email, user?.displayName, user?.role, user?.status, user?.createdAt?.seconds],
      [BOB, 'Bob', UserRole.DEVELOPER, UserStatus.PROVISIONED, BigInt(NOW / 1000)],
    );
    assert.deepEqual([budget?.userId, budget?.limitUsd], [user?.id, 2.5]);
    assert.deepEqual((await admin.getUser({ id: BOB })).user, user);
    assert.deepEqual(await auditOf(BOB), [
      ['create_user', { email: BOB, role: 'developer', daily_budget_usd: 2.5 }],
    ]);
  });

  it('gives the default budget where none is named, and none where there is no default', async () => {
    const withDefault = await inMemoryServices({ defaultDailyBudget: 7_000_000_000n });
    const users = withDefault.as(ADMIN).users;
    assert.equal((await users.createUser({ email: BOB })).budget?.limitUsd, 7);
    await withDefault.close();
    assert.equal((await admin.createUser({ email: BOB })).budget, undefined);
  });

  it('refuses a second user of the same email, and an email that is none', async () => {
    await admin.createUser({ email: BOB });
    const again = admin.createUser({ email: 'BOB@example.com', dailyBudgetUsd: 1 });
    await assertRefused(again, Code.AlreadyExists, /^email: /);
    await assertRefused(admin.createUser({ email: 'bob' }), Code.InvalidArgument, /email/);
    await assertRefused(admin.createUser({}), Code.InvalidArgument, /email/);
    const long = `${'x'.repeat(60)}@${'y'.repeat(60)}.example.com`;
    await assertRefused(admin.createUser({ email: long }), Code.InvalidArgument, /email/);
    const dear = admin.createUser({ email: 'carol@example.com', dailyBudgetUsd: 1e9 });
    await assertRefused(dear, Code.InvalidArgument, /daily_budget_usd/);
    const named = admin.createUser({ email: 'carol@example.com', displayName: 'x'.repeat(257) });
    await assertRefused(named, Code.InvalidArgument, /display_name/);
    assert.equal((await admin.listUsers({})).pagination?.totalCount, 3);
  });

  it('lists users by email, a page at a time, and those of one status alone', async () => {
    await admin.createUser({ email: BOB });
    const first = await admin.listUsers({ pagination: { pageSize: 2 } });
    assert.deepEqual(
      first.users.map(({ email }) => email),
      ['ada@example.com', BOB],
    );
    assert.equal(first.pagination?.totalCount, 3);
    const pageToken = first.pagination?.nextPageToken ?? '';
    const second = await admin.listUsers({ pagination: { pageSize: 2, pageToken } });
    assert.deepEqual([second.users[0]?.email, second.pagination?.nextPageToken], ['root@example.com', '']);
    const statusFilter = UserStatus.PROVISIONED;
    const provisioned = await admin.listUsers({ statusFilter });
    assert.deepEqual(
      provisioned.users.map(({ email }) => email),
      [BOB],
    );
    const carried = admin.listUsers({ statusFilter, pagination: { pageToken } });
    await assertRefused(carried, Code.InvalidArgument, /page_token/);
  });

  it('changes what the mask names and nothing else, and keeps what was before', async () => {
    const { user } = await admin.updateUser({
      ...{
        id: 'ADA@example.com',
        displayName: 'Countess',
        role: UserRole.ADMIN,
        accessTags: ['b', 'a', 'b'],
      },
      updateMask: { paths: ['display_name', 'access_tags'] },
    });
    assert.deepEqual(
      [user?.displayName, user?.role, user?.accessTags],
      ['Countess', UserRole.DEVELOPER, ['b', 'a']],
    );
    await admin.updateUser({ id: 'ada', role: UserRole.ADMIN, updateMask: { paths: ['role'] } });
    await admin.updateUser({ id: 'ada', updateMask: { paths: ['access_tags'] } });
    const ada = (await services.as(ADA).users.getCurrentUser({})).user;
    assert.deepEqual([ada?.displayName, ada?.role, ada?.accessTags], ['Countess', UserRole.ADMIN, []]);
    assert.deepEqual(await auditOf('ada'), [
      ['update_user', { access_tags: [], access_tags_before: ['b', 'a'] }],
      ['update_user', { role: 'admin', role_before: 'developer' }],
      ['update_user', { display_name: 'Countess', access_tags: ['b', 'a'], access_tags_before: [] }],
    ]);
  });

  it('changes without a mask what says something', async () => {
    const { user } = await admin.updateUser({ id: 'ada', accessTags: ['beta'] });
    assert.deepEqual(
      [user?.displayName, user?.role, user?.accessTags],
      ['ada', UserRole.DEVELOPER, ['beta']],
    );
    await assertRefused(admin.updateUser({ id: 'ada' }), Code.InvalidArgument, /^update_mask: /);
  });

  it('takes a rate limit of the user’s own back', async () => {
    await services.users.update('ada', { rateLimit: 5 });
    assert.equal(await rateLimitOf('ada'), 5);
    await admin.updateUser({ id: 'ada', updateMask: { paths: ['rate_limit'] } });
    assert.equal(await rateLimitOf('ada'), 0);
  });

  it('refuses changes that cannot be, naming the field', async () => {
    const wrong: readonly (readonly [MessageInitShape<typeof UpdateUserRequestSchema>, RegExp])[] = [
      [{ updateMask: { paths: ['email'] } }, /^update_mask: "email"/],
      [{ updateMask: { paths: ['constructor'] } }, /^update_mask: "constructor"/],
      [{ updateMask: { paths: ['role'] } }, /^role: /],
      [{ role: 7 as UserRole, updateMask: { paths: ['role'] } }, /role/],
      [{ accessTags: [''] }, /^access_tags: /],
      [{ accessTags: ['x'.repeat(129)] }, /^access_tags: /],
      [{ accessTags: ['a\nb'] }, /^access_tags: /],
      [{ accessTags: Array.from({ length: 101 }, (_, index) => `t${index}`) }, /^access_tags: /],
      [{ displayName: 'x'.repeat(257) }, /^display_name: /],
    ];
    for (const [change, field] of wrong) {
      const asked = admin.updateUser({ id: 'ada', ...change });
      await assertRefused(asked, Code.InvalidArgument, field);
    }
    await assertRefused(admin.updateUser({ id: BOB, displayName: 'x' }), Code.NotFound, /^id: /);
    assert.deepEqual(await auditOf('ada'), []);
  });

  it('switches a user off and on again, once each', async () => {
    for (let time = 0; time < 2; time++) await admin.deactivateUser({ id: 'ada' });
    assert.equal((await admin.getUser({ id: 'ada' })).user?.status, UserStatus.INACTIVE);
    for (let time = 0; time < 2; time++) {
      assert.equal((await admin.reactivateUser({ id: 'ada' })).user?.status, UserStatus.ACTIVE);
    }
    assert.deepEqual(
      (await auditOf('ada')).map(([action]) => action),
      ['reactivate_user', 'deactivate_user'],
    );
  });

  it('removes a user who is inactive and whose email was said again; the audit log stays', async () => {
    const email = 'ada@example.com';
    const active = admin.deleteUser({ id: 'ada', confirmEmail: email });
    await assertRefused(active, Code.FailedPrecondition, /deactivate/);
    await admin.deactivateUser({ id: 'ada' });
    const slip = admin.deleteUser({ id: 'ada', confirmEmail: BOB });
    await assertRefused(slip, Code.InvalidArgument, /^confirm_email: /);
    await admin.deleteUser({ id: email, confirmEmail: 'Ada@Example.com' });
    await assertRefused(admin.getUser({ id: 'ada' }), Code.NotFound, /no such user/);
    for (const key of ['ada', email]) {
      assert.deepEqual(
        (await auditOf(key)).map(([action]) => action),
        ['delete_user', 'deactivate_user'],
      );
    }
    const { user } = await admin.createUser({ email });
    assert.notEqual(user?.id, 'ada');
    assert.deepEqual(
      (await auditOf(email)).map(([action]) => action),
      ['create_user'],
    );
  });

  it('lets nobody take the last admin away, however many try at once', async () => {
    const role = { role: UserRole.DEVELOPER, updateMask: { paths: ['role'] } };
    await assertRefused(admin.updateUser({ id: 'root', ...role }), Code.FailedPrecondition, /last/);
    await assertRefused(admin.deactivateUser({ id: 'root' }), Code.FailedPrecondition, /last/);
    assert.deepEqual(await auditOf('root'), []);
    await admin.updateUser({ id: 'ada', role: UserRole.ADMIN });
    const outcomes = await Promise.allSettled([
      admin.updateUser({ id: 'root', ...role }),
      admin.deactivateUser({ id: 'ada' }),
      admin.updateUser({ id: 'ada', ...role }),
    ]);
    assert.ok(outcomes.some(({ status }) => status === 'rejected'));
    const { users } = await admin.listUsers({ statusFilter: UserStatus.ACTIVE });
    assert.equal(users.filter(({ role: one }) => one === UserRole.ADMIN).length, 1);
  });

  it('is for admins alone', async () => {
    const { users: mine } = services.as(ADA);
    const refused = [
      () => mine.createUser({ email: BOB }),
      () => mine.listUsers({}),
      () => mine.updateUser({ id: 'ada', role: UserRole.ADMIN }),
      () => mine.deactivateUser({ id: 'root' }),
      () => mine.reactivateUser({ id: 'ada' }),
      () => mine.deleteUser({ id: 'root', confirmEmail: 'root@example.com' }),
    ];
    for (const ask of refused) await assertRefused(ask(), Code.PermissionDenied, /only an admin/);
  });
});
