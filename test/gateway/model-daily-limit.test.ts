import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { worstCostOfCall } from './worst-cost.ts';

const CAPPED = 'gpt-4o-mini';
const CALLS = 120;
/** 40 tokens in and 50 out, nano-dollars. */
const COST = 40n * 150n + 50n * 600n;

interface Answered {
  readonly status: number;
  readonly code: string | undefined;
}

function bodyWith(directives: string, model = CAPPED): string {
  const content = `hello [usage in=40 out=50] ${directives}`;
  return JSON.stringify({ model, max_tokens: 50, messages: [{ role: 'user', content }] });
}

async function call(server: TestServer, body: string): Promise<Answered> {
  const answer = await fetch(`${server.url}/proxy/openai/v1/chat/completions`, { method: 'POST', body });
  const { error } = (await answer.json()) as { readonly error?: { readonly code: string } };
  return { status: answer.status, code: error?.code };
}

describe('a model’s daily cap on a server', () => {
  let home: string;
  let fake: FakeProvider;
  const servers: TestServer[] = [];
  /** Of twenty-five calls' worst cost and one nano-dollar less: so twenty-four may be under way. */
  const CAP = worstCostOfCall(CAPPED, bodyWith('')) * 25n - 1n;
  const start = async (): Promise<TestServer> => {
    const server = await startServer({
      ...{ home, defaultDailyBudgetUsd: 100, requestsPerMinute: 100_000 },
      config: {
        storage: { backend: 'sqlite' },
        proxy: {
          providers: [{ name: 'openai', upstream: fake.url }],
          daily_limits: { [CAPPED]: Number(CAP) / 1e9 },
        },
      },
    });
    servers.push(server);
    return server;
  };
  const modelDay = (): unknown => {
    const db = new DatabaseSync(join(home, 'server', 'state.db'), { readOnly: true, timeout: 5_000 });
    const statement = db.prepare(
      `SELECT model, spent_nano_usd AS spent, reserved_nano_usd AS reserved,
              (SELECT count(*) FROM model_holds) AS holds FROM model_days`,
    );
    statement.setReadBigInts(true);
    const rows = statement.all().map((row) => ({ ...row }));
    db.close();
    return rows;
  };
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-model-cap-'));
    fake = await startFakeProvider({ openaiKeys: null });
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    await fake.stop();
    await rm(home, { recursive: true });
  });

  it('lets no number of calls at once, through two servers, past it, and refuses with 402 at no cost', async () => {
    const both = [await start(), await start()];
    const through = (n: number): TestServer => both[n % both.length] as TestServer;
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, n) => call(through(n), bodyWith('[stream ms=1]'))),
    );
    const served = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 402);
    assert.equal(served.length + refused.length, CALLS);
    assert.ok(
      served.length >= 24 && refused.length > 0,
      `${served.length} served, ${refused.length} refused`,
    );
    assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(['model_daily_limit_exceeded']));
    const spent = BigInt(served.length) * COST;
    assert.ok(spent <= CAP, `${spent} of ${CAP}`);
    assert.deepEqual(modelDay(), [{ model: CAPPED, spent, reserved: 0n, holds: 0n }]);
    assert.equal((await fake.requests()).length, served.length);
    assert.equal((await call(through(0), bodyWith('', 'gpt-4.1-nano'))).status, 200);
  });

  it('is given back what calls held of it that failed, and that a crash cut off', async () => {
    const first = await start();
    assert.equal((await call(first, bodyWith('[fault status code=500]'))).status, 500);
    const cutOff = call(first, bodyWith('[fault stall before_headers]'));
    const isCutOff = assert.rejects(cutOff);
    await fake.waitForRequest(({ body }) => JSON.stringify(body).includes('before_headers'));
    const [{ reserved, holds }] = modelDay() as [{ reserved: bigint; holds: bigint }];
    assert.deepEqual([reserved > 0n, holds], [true, 1n]);
    await first.kill();
    await isCutOff;
    const second = await start();
    assert.equal((await call(second, bodyWith(''))).status, 200);
    assert.deepEqual(modelDay(), [{ model: CAPPED, spent: COST, reserved: 0n, holds: 0n }]);
  });
});
