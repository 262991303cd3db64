import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { spansInDuckDb } from './spans-in-duckdb.ts';
import { CALL_COST_USD, chatAt, clientsAt } from './team-call.ts';

describe('a call through candela-server', () => {
  let fake: FakeProvider;
  let home: string;
  let server: TestServer | undefined;

  before(async () => {
    fake = await startFakeProvider();
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-server-'));
  });
  afterEach(async () => {
    await server?.kill();
    server = undefined;
    await fake.reset();
    await rm(home, { recursive: true });
  });
  after(() => fake.stop());

  const start = async (options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> => {
    server = await startServer({ home, providers: [{ name: 'openai', upstream: fake.url }], ...options });
    return server;
  };

  it('is priced, counted against the budget, and leaves a span in DuckDB', async () => {
    const { url, stop } = await start({ defaultDailyBudgetUsd: 1 });
    const answer = await chatAt(url);
    await answer.text();
    assert.equal(answer.status, 200);
    const streamed = await chatAt(url, { stream: true });
    await streamed.text();

    const { users, traces } = clientsAt(url);
    const mine = await users.getMyBudget({});
    assert.equal(mine.budget?.spentUsd, 2 * CALL_COST_USD);
    assert.equal(mine.totalRemainingUsd, 1 - 2 * CALL_COST_USD);
    const { spans } = await traces.searchSpans({});
    assert.equal(spans.length, 2);

    assert.equal(await stop(), 0);
    const row = { model: 'gpt-4o-mini', costUsd: CALL_COST_USD, tokens: 1050, userId: 'admin@localhost' };
    const rows = await spansInDuckDb(home);
    assert.deepEqual(
      rows.map((span) => ({ ...span })),
      [row, row],
    );
  });

  it("carries the client's own key to the provider", async () => {
    const { url } = await start({ defaultDailyBudgetUsd: 1 });
    await (await chatAt(url)).text();
    const [seen] = await fake.requests();
    assert.equal(seen?.headers['authorization'], 'Bearer sk-fake-openai');
  });

  it('is refused without a budget, and goes through once an admin has set one', async () => {
    const { url } = await start();
    const refused = await chatAt(url);
    assert.equal(refused.status, 402);
    assert.deepEqual(await refused.json(), {
      error: {
        message: 'budget exhausted — contact your admin for a grant or budget increase',
        type: 'insufficient_budget',
        code: 'insufficient_budget',
      },
    });
    assert.deepEqual(await fake.requests(), []);
    const { users } = clientsAt(url);
    await users.setBudget({ userId: 'admin@localhost', limitUsd: 5 });
    const granted = await chatAt(url);
    await granted.text();
    assert.equal(granted.status, 200);
  });

  it('keeps a budget that an admin has set over a restart with another default', async () => {
    const first = await start({ defaultDailyBudgetUsd: 1 });
    await clientsAt(first.url).users.setBudget({ userId: 'admin@localhost', limitUsd: 5 });
    await first.stop();
    const second = await start({ defaultDailyBudgetUsd: 2 });
    const mine = await clientsAt(second.url).users.getMyBudget({});
    assert.equal(mine.budget?.limitUsd, 5);
  });

  it('is answered from SQLite alone with that backend, over a restart too', async () => {
    const options = { defaultDailyBudgetUsd: 1, env: { CANDELA_STORAGE_BACKEND: 'sqlite' } };
    const first = await start(options);
    await (await chatAt(first.url)).text();
    await first.stop();
    const { url } = await start(options);
    const { dashboard, users } = clientsAt(url);
    const { summary } = await dashboard.getDashboardData({});
    assert.equal(summary?.totalCostUsd, CALL_COST_USD);
    assert.equal((await users.getMyBudget({})).budget?.spentUsd, CALL_COST_USD);
    await assert.rejects(spansInDuckDb(home), /does not exist|Cannot open/);
  });

  it('is refused with the reason where proxy.enabled is false; everything else answers', async () => {
    const { url } = await start({ env: { CANDELA_PROXY_ENABLED: 'false' } });
    const refused = await chatAt(url);
    assert.equal(refused.status, 404);
    const { error } = (await refused.json()) as { error: { message: string } };
    assert.equal(error.message, 'this server takes no calls to models: proxy.enabled is false');
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
  });
});
