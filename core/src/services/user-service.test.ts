import assert from 'node:assert/strict';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { BudgetPeriod, UserRole, UserStatus } from '@candela/proto/types/user';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  at,
  inMemoryServices,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

describe('UserService', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  let spend: InMemoryServices['spend'];
  let users: InMemoryServices['users'];
  let ledger: InMemoryServices['ledger'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as, spend, users, ledger } = services);
  });
  afterEach(() => services.close());

  it('tells a developer their budget, what is left of it and when it starts anew', async () => {
    await as(ADMIN).users.setBudget({ userId: 'ada', limitUsd: 1 });
    await as(ADMIN).users.createGrant({
      ...{ userId: 'ada', amountUsd: 0.5, reason: 'a demo' },
      ...{ startsAt: at('2026-07-01T00:00:00Z'), expiresAt: at('2026-09-01T00:00:00Z') },
    });
    await spend('ada', 250_000_000n, 100_000_000n);
    const mine = await as(ADA).users.getMyBudget({});
    assert.deepEqual(
      [mine.budgetRemainingUsd, mine.grantsRemainingUsd, mine.totalRemainingUsd, mine.tokensUsedToday],
      [0.65, 0.5, 1.15, 1_000n],
    );
    assert.deepEqual(
      [mine.budget?.limitUsd, mine.budget?.spentUsd, mine.budget?.periodType, mine.budget?.userId],
      [1, 0.25, BudgetPeriod.DAILY, 'ada'],
    );
    assert.deepEqual([mine.periodKey, mine.periodResetsAt], ['2026-07-31', '2026-07-31T22:00:00.000Z']);
    assert.deepEqual(mine.budget?.periodEnd, at('2026-07-31T22:00:00Z'));
    const current = await as(ADA).users.getCurrentUser({});
    assert.deepEqual(
      [current.user?.email, current.user?.role, current.user?.status, current.totalRemainingUsd],
      ['ada@example.com', UserRole.DEVELOPER, UserStatus.ACTIVE, 1.15],
    );
    assert.deepEqual(current.activeGrants, mine.activeGrants);
  });

  it('has no budget to tell of where none is set', async () => {
    const mine = await as(ADA).users.getMyBudget({});
    assert.deepEqual([mine.budget, mine.totalRemainingUsd, mine.periodKey], [undefined, 0, '2026-07-31']);
  });

  it('sets budgets and grants by id and by email, and keeps who did it', async () => {
    const admin = as(ADMIN).users;
    const { budget } = await admin.setBudget({
      userId: 'ADA@example.com',
      limitUsd: 0.1,
      periodType: BudgetPeriod.DAILY,
    });
    assert.deepEqual([budget?.userId, budget?.limitUsd], ['ada', 0.1]);
    assert.equal((await admin.getBudget({ userId: 'ada' })).budget?.limitUsd, 0.1);
    assert.equal((await ledger.budgetOf('ada')).limit, 100_000_000n);
    const { grant } = await admin.createGrant({
      ...{ userId: 'ada', amountUsd: 5, reason: 'a demo' },
      ...{ startsAt: at('2026-08-01T00:00:00Z'), expiresAt: at('2026-08-02T00:00:00Z') },
    });
    assert.deepEqual(
      [grant?.amountUsd, grant?.spentUsd, grant?.grantedBy, grant?.startsAt],
      [5, 0, 'root@example.com', at('2026-08-01T00:00:00Z')],
    );
    const log = await users.listAudit('ada', 10);
    assert.deepEqual(
      log.map(({ action, actorEmail, timestampUnixMs }) => [action, actorEmail, timestampUnixMs]),
      [
        ['create_grant', 'root@example.com', NOW],
        ['set_budget', 'root@example.com', NOW],
      ],
    );
    assert.deepEqual(JSON.parse(log[1]?.details ?? ''), { limit_usd: 0.1 });
  });

  it('sets a day’s spend back, and keeps what it was', async () => {
    const admin = as(ADMIN).users;
    await admin.setBudget({ userId: 'ada', limitUsd: 1 });
    await spend('ada', 250_000_000n);
    const { budget } = await admin.resetSpend({ userId: 'ada@example.com' });
    assert.deepEqual([budget?.limitUsd, budget?.spentUsd], [1, 0]);
    assert.equal((await admin.resetSpend({ userId: 'ada' })).budget?.spentUsd, 0);
    assert.equal((await as(ADA).users.getMyBudget({})).totalRemainingUsd, 1);
    const { entries } = await admin.listAuditLog({ userId: 'ada', limit: 2 });
    assert.deepEqual(
      entries.map(({ action, details }) => [action, JSON.parse(details)]),
      [
        ['reset_spend', { spent_usd: 0 }],
        ['reset_spend', { spent_usd: 0.25 }],
      ],
    );
  });

  it('lists grants and takes them back, and keeps who did it', async () => {
    const admin = as(ADMIN).users;
    const make = async (amountUsd: number, until: string) => {
      const times = { startsAt: at('2026-07-01T00:00:00Z'), expiresAt: at(until) };
      const { grant } = await admin.createGrant({ userId: 'ada', amountUsd, reason: 'a demo', ...times });
      return String(grant?.id);
    };
    const early = await make(5, '2026-08-02T00:00:00Z');
    const late = await make(7, '2026-09-02T00:00:00Z');
    await spend('ada', 2_000_000_000n);
    assert.deepEqual(await admin.revokeGrant({ userId: 'Ada@example.com', grantId: early }), {
      $typeName: 'candela.v1.RevokeGrantResponse',
    });
    const listed = async (activeOnly: boolean) =>
      (await admin.listGrants({ userId: 'ada', activeOnly })).grants.map(({ id, spentUsd }) => [
        id,
        spentUsd,
      ]);
    assert.deepEqual(await listed(true), [[late, 0]]);
    assert.deepEqual(await listed(false), [
      [early, 2],
      [late, 0],
    ]);
    const { user, budget, activeGrants } = await admin.getUser({ id: 'ADA@example.com' });
    assert.deepEqual([user?.id, budget, activeGrants.map(({ id }) => id)], ['ada', undefined, [late]]);
    const [entry] = (await admin.listAuditLog({ userId: 'ada' })).entries;
    assert.deepEqual(
      [entry?.action, entry?.actorEmail, entry?.timestamp],
      ['revoke_grant', 'root@example.com', timestampFromMs(NOW)],
    );
    assert.deepEqual(JSON.parse(entry?.details ?? ''), { grant_id: early, amount_usd: 5, spent_usd: 2 });
    const others = admin.revokeGrant({ userId: 'root', grantId: late });
    await assertRefused(others, Code.NotFound, /grant_id/);
  });

  it('shows what was done to a user who is gone, fifty entries unless told otherwise', async () => {
    const admin = as(ADMIN).users;
    for (let index = 0; index < 60; index++) {
      await users.appendAudit({
        ...{ id: `entry ${index}`, userId: 'gone', actorEmail: 'root@example.com', action: 'set_budget' },
        ...{ details: '{}', timestampUnixMs: NOW + index },
      });
    }
    const { entries } = await admin.listAuditLog({ userId: 'gone' });
    assert.deepEqual([entries.length, entries[0]?.id], [50, 'entry 59']);
    assert.equal((await admin.listAuditLog({ userId: 'gone', limit: 500 })).entries.length, 60);
    assert.deepEqual((await admin.listAuditLog({ userId: 'nobody' })).entries, []);
  });

  it('lets only an admin look at and change what is others’', async () => {
    const { users: mine } = as(ADA);
    const times = { startsAt: at('2026-08-01T00:00:00Z'), expiresAt: at('2026-08-02T00:00:00Z') };
    const refused = [
      () => mine.setBudget({ userId: 'ada', limitUsd: 1_000 }),
      () => mine.getBudget({ userId: 'root' }),
      () => mine.createGrant({ userId: 'ada', amountUsd: 1, reason: 'please', ...times }),
      () => mine.resetSpend({ userId: 'ada' }),
      () => mine.revokeGrant({ userId: 'ada', grantId: 'none' }),
      () => mine.listGrants({ userId: 'ada' }),
      () => mine.getUser({ id: 'ada' }),
      () => mine.listAuditLog({ userId: 'ada' }),
    ];
    for (const ask of refused) await assertRefused(ask(), Code.PermissionDenied, /only an admin/);
    assert.equal((await ledger.budgetOf('ada')).limit, undefined);
    assert.deepEqual(await users.listAudit('ada', 10), []);
  });

  it('refuses what cannot be, naming the field', async () => {
    const { users: admin } = as(ADMIN);
    const grant = {
      ...{ userId: 'ada', amountUsd: 1, reason: 'r' },
      ...{ startsAt: at('2026-08-01T00:00:00Z'), expiresAt: at('2026-08-02T00:00:00Z') },
    };
    const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => admin.setBudget({ userId: '', limitUsd: 1 }), /user_id/],
      ...[0, -1, NaN, Infinity, -Infinity, 1e-10, 1_000_001, 1e300].map(
        (limitUsd) => [() => admin.setBudget({ userId: 'ada', limitUsd }), /limit_usd/] as const,
      ),
      [() => admin.createGrant({ ...grant, amountUsd: 0 }), /amount_usd/],
      [() => admin.createGrant({ ...grant, reason: '' }), /reason/],
      [
        () => admin.createGrant({ userId: 'ada', amountUsd: 1, reason: 'r', expiresAt: grant.expiresAt }),
        /starts_at/,
      ],
      [
        () => admin.createGrant({ userId: 'ada', amountUsd: 1, reason: 'r', startsAt: grant.startsAt }),
        /expires_at/,
      ],
      [() => admin.createGrant({ ...grant, expiresAt: grant.startsAt }), /expires_at/],
      [() => admin.createGrant({ ...grant, expiresAt: { seconds: 2n ** 62n, nanos: 0 } }), /expires_at/],
      [() => admin.createGrant({ ...grant, startsAt: { seconds: -(2n ** 62n), nanos: 0 } }), /starts_at/],
    ];
    for (const [ask, field] of wrong) await assertRefused(ask(), Code.InvalidArgument, field);
    await assertRefused(admin.setBudget({ userId: 'bob', limitUsd: 1 }), Code.NotFound, /no such user/);
    assert.equal((await ledger.budgetOf('ada')).limit, undefined);
  });
});
