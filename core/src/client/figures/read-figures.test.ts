import assert from 'node:assert/strict';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { createCandelaApi } from '../connection/candela-api.ts';
import { readFigures } from './read-figures.ts';
import { InMemoryDaemon } from '../testing/in-memory-daemon.ts';

const DAY_START = Date.UTC(2026, 10, 21);
const DAY_END = Date.UTC(2026, 10, 22);
const NOW = Date.UTC(2026, 10, 21, 12);
const signal = new AbortController().signal;

describe('readFigures', () => {
  let daemon: InMemoryDaemon;
  beforeEach(async () => {
    daemon = new InMemoryDaemon();
    daemon.budget = {
      budget: {
        limitUsd: 10,
        spentUsd: 3.42,
        periodStart: timestampFromMs(DAY_START),
        periodEnd: timestampFromMs(DAY_END),
      },
      totalRemainingUsd: 8.48,
      budgetRemainingUsd: 6.58,
      grantsRemainingUsd: 1.9,
      activeGrants: [{ amountUsd: 5, spentUsd: 3.1, reason: 'release', expiresAt: timestampFromMs(DAY_END) }],
      tokensUsedToday: 1_234n,
      periodKey: '2026-11-21',
      periodResetsAt: '2026-11-22T00:00:00Z',
    };
    daemon.dashboard = {
      summary: { totalLlmCalls: 3n, totalCostUsd: 3.42 },
      models: [
        { model: 'cheap', provider: 'openai', callCount: 2n, costUsd: 0.42 },
        { model: 'dear', provider: 'openai', callCount: 1n, inputTokens: 5n, outputTokens: 7n, costUsd: 3 },
      ],
    };
    await daemon.start();
  });
  afterEach(() => daemon.stop());

  const read = (previous?: Awaited<ReturnType<typeof readFigures>>, nowUnixMs = NOW) =>
    readFigures(createCandelaApi(daemon.url), { signal, nowUnixMs, previous });

  it('reads budget, grants and the usage of the budget’s day', async () => {
    const { figures } = await read();
    assert.equal(figures.spentUsd, 3.42);
    assert.deepEqual(figures.budget, { limitUsd: 10, remainingUsd: 6.58 });
    assert.equal(figures.totalRemainingUsd, 8.48);
    assert.equal(figures.grants[0]?.remainingUsd.toFixed(2), '1.90');
    assert.equal(figures.grants[0]?.expiresAtUnixMs, DAY_END);
    assert.equal(figures.resetsAtUnixMs, DAY_END);
    assert.equal(figures.usage?.calls, 3);
    assert.deepEqual(
      figures.usage?.models.map(({ model }) => model),
      ['dear', 'cheap'],
    );
    assert.deepEqual(daemon.dashboardRanges, [[BigInt(DAY_START / 1000), BigInt(DAY_END / 1000)]]);
  });

  it('takes the spend from the usage where no budget is set', async () => {
    daemon.budget = { tokensUsedToday: 5n, periodKey: '2026-11-21', periodResetsAt: '2026-11-22T00:00:00Z' };
    const { figures } = await read();
    assert.equal(figures.spentUsd, 3.42);
    assert.equal(figures.budget, undefined);
    assert.equal(figures.totalRemainingUsd, undefined);
    assert.deepEqual(daemon.dashboardRanges, [[BigInt(DAY_START / 1000), BigInt(DAY_END / 1000)]]);
  });

  it('fails rather than showing a spend it was not told', async () => {
    daemon.budget = { tokensUsedToday: 5n };
    await assert.rejects(read(), { code: Code.DataLoss });
    daemon.budget = {
      budget: { limitUsd: 10, spentUsd: Number.NaN },
      periodResetsAt: '2026-11-22T00:00:00Z',
    };
    await assert.rejects(read(), { code: Code.DataLoss });
  });

  it('shows the budget when only the usage is missing', async () => {
    const api = createCandelaApi(daemon.url);
    const dashboard = {
      ...api.dashboard,
      getDashboardData: () => Promise.reject(new ConnectError('no', Code.Unimplemented)),
    };
    const { figures } = await readFigures({ ...api, dashboard }, { signal, nowUnixMs: NOW });
    assert.equal(figures.spentUsd, 3.42);
    assert.equal(figures.usage, undefined);
  });

  it('asks for usage again only when a call was charged, or after a minute', async () => {
    const first = await read();
    const second = await read(first);
    assert.equal(daemon.countOf('getDashboardData'), 1);
    assert.equal(second.figures.usage?.calls, 3);
    const third = await read(second, NOW + 60_000);
    assert.equal(daemon.countOf('getDashboardData'), 2);
    daemon.budget = { ...daemon.budget, tokensUsedToday: 2_000n };
    await read(third, NOW + 60_000);
    assert.equal(daemon.countOf('getDashboardData'), 3);
  });
});
