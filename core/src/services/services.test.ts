import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, createRouterTransport, type Client } from '@connectrpc/connect';
import { AnnotationType } from '@candela/proto/types/annotation';
import { SpanKind, SpanStatus } from '@candela/proto/types/trace';
import { BudgetPeriod, UserRole, UserStatus } from '@candela/proto/types/user';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { DashboardService } from '@candela/proto/v1/dashboard_service';
import { IngestionService } from '@candela/proto/v1/ingestion_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import { IdentityRefusal } from '../gateway/errors.ts';
import type { Caller } from '../gateway/gates/identity.ts';
import { anLlmSpan, aSpan, nano } from '../storage/contract-suites/span-fixture.ts';
import { SpanIntake } from '../spans/span-intake.ts';
import { SpanPipeline } from '../spans/span-pipeline.ts';
import type { SpanReader, SpanWriter } from '../storage/span-store.ts';
import { ANNOTATION_SCHEMA } from '../storage/sqlite/annotation-schema.ts';
import { createSqliteAnnotationStore } from '../storage/sqlite/annotation-store.ts';
import { LEDGER_SCHEMA } from '../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../storage/sqlite/ledger.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { createSqliteSpanStore } from '../storage/sqlite/span-store.ts';
import { USER_SCHEMA } from '../storage/sqlite/user-schema.ts';
import { createSqliteUserStore } from '../storage/sqlite/user-store.ts';
import type { UserStore } from '../storage/user-store.ts';
import { manualClock, type ManualClock } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { registerServices, rpcOptions } from './routes.ts';
import { spanMessage } from './span-message.ts';

const NOW = Date.parse('2026-07-31T12:00:00Z');
const ADMIN: Caller = { userId: 'root', email: 'root@example.com', role: 'admin' };
const ADA: Caller = { userId: 'ada', email: 'ada@example.com', role: 'developer' };

interface Clients {
  readonly users: Client<typeof UserService>;
  readonly traces: Client<typeof TraceService>;
  readonly dashboard: Client<typeof DashboardService>;
  readonly annotations: Client<typeof AnnotationService>;
  readonly ingestion: Client<typeof IngestionService>;
}

describe('services', () => {
  let db: DatabaseSync;
  let spans: SpanWriter & SpanReader;
  let ledger: SqliteLedger;
  let pipeline: SpanPipeline;
  let users: UserStore;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = manualClock(NOW);
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA, USER_SCHEMA, ANNOTATION_SCHEMA] });
    spans = createSqliteSpanStore({ path: ':memory:' });
    users = createSqliteUserStore(db);
    const { logger } = recordedLog();
    ledger = new SqliteLedger({ db, clock, logger, timeZone: 'Europe/Berlin', withoutBudget: 'deny' });
    pipeline = new SpanPipeline({ writer: spans, ledger, logger });
    for (const { userId, email, role } of [ADMIN, ADA]) {
      await users.ensure({
        id: userId,
        email,
        role,
        displayName: userId,
        status: 'active',
        createdAtUnixMs: 1_000,
      });
    }
  });
  afterEach(async () => {
    await pipeline.close();
    await ledger.close();
    await spans.close();
    db.close();
  });

  /** The services as this caller reaches them: real codec, real interceptors, no network. */
  const as = (caller: Caller | IdentityRefusal): Clients => {
    const identify = (): Caller => {
      if (caller instanceof IdentityRefusal) throw caller;
      return caller;
    };
    const annotations = createSqliteAnnotationStore(db);
    const intake = new SpanIntake(pipeline);
    const transport = createRouterTransport(
      registerServices({ users, ledger, annotations, spans, intake, clock }),
      {
        router: rpcOptions(identify),
      },
    );
    return {
      users: createClient(UserService, transport),
      traces: createClient(TraceService, transport),
      dashboard: createClient(DashboardService, transport),
      annotations: createClient(AnnotationService, transport),
      ingestion: createClient(IngestionService, transport),
    };
  };
  const assertRefused = (answer: Promise<unknown>, code: Code, message: RegExp): Promise<void> =>
    assert.rejects(answer, (error: unknown) => {
      assert.ok(error instanceof ConnectError);
      assert.deepEqual(
        [Code[error.code], error.rawMessage.match(message) !== null],
        [Code[code], true],
        error.rawMessage,
      );
      return true;
    });
  const spend = async (userId: string, cost: bigint, held = 0n): Promise<void> => {
    const outcome = await ledger.reserve({ userId, amount: nano(cost) });
    assert.ok(outcome.granted);
    await outcome.reservation.settle({ cost: nano(cost), tokens: 1_000, span: anLlmSpan() });
    if (held > 0n) assert.ok((await ledger.reserve({ userId, amount: nano(held) })).granted);
  };
  const at = (iso: string) => timestampFromMs(Date.parse(iso));

  describe('who calls', () => {
    it('must be known', async () => {
      const nobody = as(new IdentityRefusal(401, 'missing authentication'));
      await assertRefused(nobody.users.getMyBudget({}), Code.Unauthenticated, /^missing authentication$/);
      const refused = as(new IdentityRefusal(403, 'service accounts are refused'));
      await assertRefused(refused.users.getMyBudget({}), Code.PermissionDenied, /service accounts/);
    });

    it('is asked before the request is looked at', async () => {
      const nobody = as(new IdentityRefusal(401, 'missing authentication'));
      await assertRefused(nobody.users.setBudget({ limitUsd: -1 }), Code.Unauthenticated, /missing/);
    });
  });

  describe('IngestionService', () => {
    it('keeps spans as they were, the sender’s own', async () => {
      const span = anLlmSpan(
        {
          ...{ startTimeUnixUs: NOW * 1_000, durationNs: 1_500_000_007, parentSpanId: 'b7ad6b7169203331' },
          ...{ userId: 'ada', sessionId: 's-1', tenantId: 't', status: 'error', statusMessage: 'no' },
          attributes: [{ key: 'a', value: 2n ** 60n }],
          labels: { team: 'x' },
        },
        { inputTokens: 3, costNanoUsd: nano(5_000_001n), temperature: 0.5, maxTokens: 9, inputContent: 'hi' },
      );
      const answer = await as(ADA).ingestion.ingestSpans({
        spans: [{ ...spanMessage(span), userId: 'grace' }],
      });
      assert.deepEqual([answer.acceptedCount, answer.rejectedCount, answer.errors], [1, 0, []]);
      await pipeline.flush();
      assert.deepEqual(await spans.getTrace(span.traceId), [span]);
    });

    it('lets an admin hand in the spans of others', async () => {
      const span = aSpan({ userId: 'grace' });
      await as(ADMIN).ingestion.ingestSpans({ spans: [spanMessage(span)] });
      await pipeline.flush();
      assert.deepEqual(await spans.getTrace(span.traceId), [span]);
    });

    it('judges each span on its own, and says why', async () => {
      const { traceId, spanId } = aSpan();
      const span = { traceId, spanId, startTime: at('2026-07-31T00:00:00Z') };
      const answer = await as(ADA).ingestion.ingestSpans({
        spans: [
          { ...span, traceId: 'abc' },
          span,
          { ...span, genAi: { inputContent: 'x'.repeat(1_048_577) } },
          { ...span, genAi: { costUsd: NaN } },
          { ...span, genAi: { inputTokens: -1n } },
          { ...span, startTime: { seconds: 2n ** 62n, nanos: 0 } },
          { ...span, duration: { seconds: -1n, nanos: 0 } },
          {},
        ],
      });
      assert.deepEqual([answer.acceptedCount, answer.rejectedCount, answer.errors.length], [1, 7, 7]);
      for (const reason of [
        /gen_ai\.input_content/,
        /trace_id: must be/,
        /cost_usd/,
        /input_tokens/,
        /start_time/,
        /end_time/,
      ]) {
        assert.ok(
          answer.errors.some((error) => reason.test(error)),
          String(reason),
        );
      }
      await pipeline.flush();
      assert.equal((await spans.usageTotals({})).spans, 1);
    });

    it('takes a thousand at once and no more', async () => {
      const many = Array.from({ length: 1_001 }, () => spanMessage(aSpan()));
      const { acceptedCount } = await as(ADA).ingestion.ingestSpans({ spans: many.slice(1) });
      assert.equal(acceptedCount, 1_000);
      await assertRefused(as(ADA).ingestion.ingestSpans({ spans: many }), Code.InvalidArgument, /^spans: /);
    });

    it('is for whoever is known', () =>
      assertRefused(
        as(new IdentityRefusal(401, 'missing authentication')).ingestion.ingestSpans({}),
        Code.Unauthenticated,
        /missing/,
      ));
  });

  describe('UserService', () => {
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

    it('says so of what is not built yet', async () => {
      await assertRefused(as(ADMIN).users.listUsers({}), Code.Unimplemented, /not implemented/);
    });
  });

  describe('TraceService', () => {
    const startUs = NOW * 1000 - 60_000_000;
    const call = (userId: string, name: string, agoUs = 0) =>
      anLlmSpan(
        { userId, name, startTimeUnixUs: startUs - agoUs, durationNs: 1_500_000_001 },
        { costNanoUsd: nano(1_000_000n), inputTokens: 70, outputTokens: 30, temperature: 0.5 },
      );

    it('gives a trace with all of its spans', async () => {
      const root = aSpan({ userId: 'ada', startTimeUnixUs: startUs, labels: { team: 'a' } });
      const child = anLlmSpan(
        {
          ...{
            userId: 'ada',
            traceId: root.traceId,
            parentSpanId: root.spanId,
            startTimeUnixUs: startUs + 1,
          },
          attributes: [
            { key: 'text', value: 'x' },
            { key: 'whole', value: 9_007_199_254_740_993n },
            { key: 'real', value: 0.5 },
            { key: 'truth', value: true },
          ],
        },
        {
          costNanoUsd: nano(2_500_000n),
          inputTokens: 70,
          outputTokens: 30,
          inputContent: 'in',
          outputContent: 'out',
        },
      );
      await spans.write([root, child]);
      const { trace } = await as(ADA).traces.getTrace({ traceId: root.traceId });
      assert.deepEqual(
        [trace?.spanCount, trace?.totalCostUsd, trace?.totalTokens, trace?.rootSpanName],
        [2, 0.0025, 100n, root.name],
      );
      const [first, second] = trace?.spans ?? [];
      assert.deepEqual([first?.spanId, first?.labels, first?.genAi], [root.spanId, { team: 'a' }, undefined]);
      assert.deepEqual(
        [
          second?.kind,
          second?.status,
          second?.genAi?.costUsd,
          second?.genAi?.inputContent,
          second?.startTime?.nanos,
        ],
        [SpanKind.LLM, SpanStatus.OK, 0.0025, 'in', 1_000],
      );
      assert.deepEqual(
        second?.attributes.map(({ key, value }) => [key, value.value]),
        [
          ['text', 'x'],
          ['whole', 9_007_199_254_740_993n],
          ['real', 0.5],
          ['truth', true],
        ],
      );
    });

    it('shows a developer their own only, and an admin everyone’s', async () => {
      const [mine, others] = [call('ada', 'mine'), call('bob', 'others')];
      const shared = call('bob', 'shared');
      await spans.write([mine, others, shared, { ...call('ada', 'my part'), traceId: shared.traceId }]);
      const { traces } = as(ADA);
      await assertRefused(
        traces.getTrace({ traceId: others.traceId }),
        Code.PermissionDenied,
        /someone else/,
      );
      await assertRefused(traces.getTrace({ traceId: 'none' }), Code.NotFound, /no such trace/);
      await assertRefused(traces.getTrace({ traceId: '' }), Code.NotFound, /no such trace/);
      const part = (await traces.getTrace({ traceId: shared.traceId })).trace;
      assert.deepEqual(
        part?.spans.map(({ name }) => name),
        ['my part'],
      );
      const names = async (of: Clients): Promise<string[]> =>
        (await of.traces.searchSpans({})).spans.map(({ name }) => name).toSorted();
      assert.deepEqual(await names(as(ADA)), ['mine', 'my part']);
      assert.deepEqual(await names(as(ADMIN)), ['mine', 'my part', 'others', 'shared']);
      assert.equal((await traces.listTraces({})).pagination?.totalCount, 2);
      assert.equal((await as(ADMIN).traces.listTraces({})).pagination?.totalCount, 3);
    });

    it('lists page after page, without a gap or a repetition', async () => {
      await spans.write(Array.from({ length: 25 }, (_, n) => call('ada', `call ${n}`, n * 1_000)));
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await as(ADA).traces.listTraces({ pagination: { pageSize: 10, pageToken } });
        assert.equal(page.pagination?.totalCount, 25);
        seen.push(...page.traces.map(({ rootSpanName }) => rootSpanName));
        pageToken = page.pagination?.nextPageToken ?? '';
      } while (pageToken !== '');
      assert.deepEqual(
        seen,
        Array.from({ length: 25 }, (_, n) => `call ${n}`),
      );
    });

    it('takes a page token only for the list that gave it', async () => {
      await spans.write([call('ada', 'a'), call('ada', 'b')]);
      const { traces } = as(ADA);
      const { pagination } = await traces.listTraces({ pagination: { pageSize: 1 } });
      const pageToken = pagination?.nextPageToken ?? '';
      assert.notEqual(pageToken, '');
      await traces.listTraces({ pagination: { pageSize: 5, pageToken } });
      const wrong = [
        () => traces.listTraces({ pagination: { pageToken }, search: 'other' }),
        () => traces.searchSpans({ pagination: { pageToken } }),
        ...['MQ', '1', '-1', pageToken.slice(0, -1), `${pageToken}A`, '\u0000', 'x'.repeat(10_000)].map(
          (token) => () => traces.listTraces({ pagination: { pageToken: token } }),
        ),
      ];
      for (const ask of wrong) await assertRefused(ask(), Code.InvalidArgument, /page_token/);
    });

    it('orders by what is asked, and filters', async () => {
      const cheap = { ...call('ada', 'cheap', 1), status: 'error' as const };
      const dear = anLlmSpan(
        { userId: 'ada', name: 'dear', startTimeUnixUs: startUs },
        { costNanoUsd: nano(9n ** 9n), model: 'o3' },
      );
      await spans.write([cheap, dear]);
      const { traces } = as(ADA);
      const names = async (request: Parameters<typeof traces.listTraces>[0]) =>
        (await traces.listTraces(request)).traces.map(({ rootSpanName }) => rootSpanName);
      assert.deepEqual(await names({}), ['dear', 'cheap']);
      assert.deepEqual(await names({ orderBy: 'start_time' }), ['cheap', 'dear']);
      assert.deepEqual(await names({ orderBy: 'total_cost', descending: true }), ['dear', 'cheap']);
      assert.deepEqual(await names({ model: 'o3' }), ['dear']);
      assert.deepEqual(await names({ status: SpanStatus.ERROR }), ['cheap']);
      assert.deepEqual(await names({ search: 'CHE' }), ['cheap']);
      await assertRefused(traces.listTraces({ orderBy: 'name; --' }), Code.InvalidArgument, /order_by/);
      await assertRefused(traces.listTraces({ status: 99 as SpanStatus }), Code.InvalidArgument, /status/);
      await assertRefused(traces.searchSpans({ kind: 99 as SpanKind }), Code.InvalidArgument, /kind/);
    });

    it('looks at the last seven days unless told otherwise', async () => {
      const DAY_US = 86_400_000_000;
      await spans.write([
        call('ada', 'now'),
        call('ada', 'last week', 6.9 * DAY_US),
        call('ada', 'before', 7.1 * DAY_US),
      ]);
      const { traces } = as(ADA);
      const names = async (request: Parameters<typeof traces.searchSpans>[0]) =>
        (await traces.searchSpans(request)).spans.map(({ name }) => name);
      assert.deepEqual(await names({}), ['now', 'last week']);
      assert.deepEqual(await names({ timeRange: { start: at('2026-07-01T00:00:00Z') } }), [
        'now',
        'last week',
        'before',
      ]);
      assert.equal((await traces.listTraces({})).traces.length, 3);
    });

    it('refuses sizes and times that cannot be, naming the field', async () => {
      const { traces } = as(ADA);
      const start = at('2026-02-01T00:00:00Z');
      const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
        [() => traces.listTraces({ pagination: { pageSize: -1 } }), /page_size/],
        [() => traces.listTraces({ pagination: { pageSize: 1_001 } }), /page_size/],
        [() => traces.searchSpans({ timeRange: { start, end: at('2026-01-01T00:00:00Z') } }), /time_range/],
        [() => traces.listTraces({ timeRange: { start: { seconds: 2n ** 62n, nanos: 0 } } }), /time_range/],
        [() => traces.searchSpans({ timeRange: { end: { seconds: -(2n ** 62n), nanos: 0 } } }), /time_range/],
        [
          () =>
            as(ADA).dashboard.getDashboardData({ timeRange: { start: { seconds: -(2n ** 62n), nanos: 0 } } }),
          /time_range/,
        ],
      ];
      for (const [ask, field] of wrong) await assertRefused(ask(), Code.InvalidArgument, field);
    });
  });

  describe('DashboardService', () => {
    it('sums up the last day, with budget where it is asked for', async () => {
      await ledger.setBudget('ada', nano(1_000_000_000n));
      const usage = {
        inputTokens: 70,
        outputTokens: 30,
        cacheReadTokens: 20,
        costNanoUsd: nano(250_000_000n),
      };
      const recent = { userId: 'ada', startTimeUnixUs: (NOW - 1_000) * 1_000 };
      await spans.write([
        anLlmSpan(recent, usage),
        anLlmSpan({ ...recent, status: 'error' }, usage),
        anLlmSpan({ ...recent, startTimeUnixUs: (NOW - 90_000_000) * 1_000 }, usage),
        anLlmSpan({ ...recent, userId: 'bob' }, usage),
      ]);
      const mine = await as(ADA).dashboard.getDashboardData({ includeBudget: true });
      assert.deepEqual(
        [
          mine.summary?.totalLlmCalls,
          mine.summary?.totalCostUsd,
          mine.summary?.errorRate,
          mine.summary?.totalCacheReadTokens,
        ],
        [2n, 0.5, 0.5, 40n],
      );
      assert.deepEqual(
        mine.models.map(({ model, provider, callCount, costUsd }) => [model, provider, callCount, costUsd]),
        [['gpt-4o', 'openai', 2n, 0.5]],
      );
      assert.deepEqual(
        mine.summary?.costOverTime.map(({ timestamp, value }) => [timestamp, value]),
        [['2026-07-31T11:45:00.000Z', 0.5]],
      );
      assert.equal(mine.budgetContext?.totalRemainingUsd, 1);
      const all = await as(ADMIN).dashboard.getDashboardData({});
      assert.deepEqual([all.summary?.totalLlmCalls, all.budgetContext], [3n, undefined]);
    });

    it('draws a curve of a hundred points at most, however long the range', async () => {
      await spans.write(
        Array.from({ length: 300 }, (_, n) =>
          anLlmSpan({ userId: 'ada', startTimeUnixUs: (NOW - n * 3_600_000) * 1_000 }),
        ),
      );
      const { summary } = await as(ADA).dashboard.getDashboardData({
        timeRange: { start: at('2026-07-01T00:00:00Z'), end: at('2026-08-01T00:00:00Z') },
      });
      const points = summary?.tracesOverTime ?? [];
      assert.ok(points.length > 1 && points.length <= 100);
      assert.equal(
        points.reduce((sum, { value }) => sum + value, 0),
        300,
      );
    });
  });

  describe('AnnotationService', () => {
    it('keeps one outcome for each author, labels and metrics, and lists them', async () => {
      const span = anLlmSpan({ userId: 'ada' });
      const { traceId } = span;
      await spans.write([span]);
      const { annotations: mine } = as(ADA);
      await mine.setOutcome({ traceId, success: false, score: 0.2, comment: 'first' });
      clock.advanceMs(1_000);
      const { annotation } = await mine.setOutcome({ traceId, success: true, score: 1 });
      assert.deepEqual(
        [annotation?.success, annotation?.type, annotation?.createdAt],
        [true, AnnotationType.OUTCOME, timestampFromMs(NOW + 1_000)],
      );
      await as(ADMIN).annotations.setOutcome({ traceId, success: false });
      await mine.addLabel({ traceId, label: 'nice', reviewer: 'me' });
      await mine.logMetric({ traceId, metricName: 'bleu', metricValue: -0.5 });
      const { annotations: all } = await mine.listAnnotations({ traceId });
      assert.deepEqual(
        all
          .toSorted((a, b) => a.type - b.type || Number(a.success) - Number(b.success))
          .map(({ type, success, label, metricValue }) => [type, success, label, metricValue]),
        [
          [AnnotationType.OUTCOME, false, '', 0],
          [AnnotationType.OUTCOME, true, '', 0],
          [AnnotationType.LABEL, false, 'nice', 0],
          [AnnotationType.METRIC, false, '', -0.5],
        ],
      );
      const labels = await mine.listAnnotations({ traceId, typeFilter: AnnotationType.LABEL });
      assert.deepEqual(
        labels.annotations.map(({ reviewer }) => reviewer),
        ['me'],
      );
    });

    it('annotates what is there and the caller’s', async () => {
      const others = anLlmSpan({ userId: 'bob' });
      await spans.write([others]);
      const { annotations: mine } = as(ADA);
      const { traceId } = others;
      for (const ask of [
        () => mine.setOutcome({ traceId, success: true }),
        () => mine.addLabel({ traceId, label: 'x' }),
        () => mine.logMetric({ traceId, metricName: 'm' }),
        () => mine.listAnnotations({ traceId }),
      ]) {
        await assertRefused(ask(), Code.PermissionDenied, /someone else/);
      }
      await assertRefused(
        mine.setOutcome({ traceId: 'none', success: true }),
        Code.NotFound,
        /no such trace/,
      );
      await assertRefused(mine.listAnnotations({ traceId: 'none' }), Code.NotFound, /no such trace/);
    });

    it('refuses what cannot be, naming the field', async () => {
      const { annotations: mine } = as(ADA);
      const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
        [() => mine.setOutcome({ traceId: '' }), /trace_id/],
        [() => mine.setOutcome({ traceId: 'x', score: 1.5 }), /score/],
        [() => mine.setOutcome({ traceId: 'x', score: NaN }), /score/],
        [() => mine.addLabel({ traceId: 'x', label: '' }), /label/],
        [() => mine.logMetric({ traceId: 'x', metricName: '' }), /metric_name/],
        [() => mine.logMetric({ traceId: 'x', metricName: 'm', metricValue: NaN }), /metric_value/],
        [() => mine.logMetric({ traceId: 'x', metricName: 'm', metricValue: Infinity }), /metric_value/],
      ];
      for (const [ask, field] of wrong) await assertRefused(ask(), Code.InvalidArgument, field);
    });
  });
});
