import assert from 'node:assert/strict';
import { Code } from '@connectrpc/connect';
import { anLlmSpan, nano } from '../storage/contract-suites/span-fixture.ts';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  at,
  inMemoryServices,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

describe('DashboardService', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  let spans: InMemoryServices['spans'];
  let ledger: InMemoryServices['ledger'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as, spans, ledger } = services);
  });
  afterEach(() => services.close());

  it('sums up the caller’s calls with the labels of the request’s header', async () => {
    const call = (userId: string, labels: Record<string, string>, cost: bigint) =>
      anLlmSpan(
        { userId, labels, startTimeUnixUs: (NOW - 1_000) * 1_000 },
        { costNanoUsd: nano(cost * 1_000_000_000n) },
      );
    await spans.write([
      call('ada', { 'vcs.ref.head.name': 'a,b' }, 1n),
      call('ada', { 'vcs.ref.head.name': 'main' }, 2n),
      call('bob', { 'vcs.ref.head.name': 'a,b' }, 4n),
    ]);
    const asked = async (header: string) => {
      const headers = { 'X-Candela-Labels': header };
      const { summary, models } = await as(ADA).dashboard.getDashboardData({}, { headers });
      return [summary?.totalCostUsd, models.length, summary?.costOverTime.length];
    };
    assert.deepEqual(await asked('vcs.ref.head.name=a%2Cb'), [1, 1, 1]);
    assert.deepEqual(await asked('vcs.ref.head.name=other'), [0, 0, 0]);
    assert.deepEqual(await asked(''), [3, 1, 1]);
    await assertRefused(asked('no label'), Code.InvalidArgument, /X-Candela-Labels/);
  });

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
