import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Http2SessionManager } from '@connectrpc/connect-node';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startServer, type ServerOptions, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { spansInDuckDb } from './spans-in-duckdb.ts';
import { CALL_COST_USD, chatAt, clientsAt } from './team-call.ts';

const BUDGET_USD = 1;
const NANO_USD_PER_USD = 1e9;

describe('candela-server, started and stopped', () => {
  let fake: FakeProvider;
  let home: string;
  const servers: TestServer[] = [];

  before(async () => {
    fake = await startFakeProvider();
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-server-'));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.kill()));
    await fake.reset();
    await rm(home, { recursive: true });
  });
  after(() => fake.stop());

  const start = async (options: ServerOptions = {}): Promise<TestServer> => {
    const server = await startServer({
      home,
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: BUDGET_USD,
      ...options,
    });
    servers.push(server);
    return server;
  };

  /** A stream of which the client has the beginning and the provider keeps the rest. */
  const heldStream = async (url: string): Promise<{ readonly rest: Promise<string> }> => {
    const answer = await chatAt(url, { stream: true, directives: '[fault hold after_events=2]' });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    const rest = async (): Promise<string> => {
      let text = Buffer.from(value as Uint8Array).toString();
      for (;;) {
        const { done, value: more } = await reader.read();
        if (done) return text;
        text += Buffer.from(more).toString();
      }
    };
    return { rest: rest() };
  };

  /** Spend by the ledger and by the spans, in nano-dollars. */
  const booksOf = async (url: string): Promise<{ ledger: number; spans: number; reserved: number }> => {
    const { users, dashboard } = clientsAt(url);
    const { budget, totalRemainingUsd } = await users.getMyBudget({});
    const { summary } = await dashboard.getDashboardData({});
    const spentUsd = budget?.spentUsd ?? NaN;
    return {
      ledger: Math.round(spentUsd * NANO_USD_PER_USD),
      spans: Math.round((summary?.totalCostUsd ?? NaN) * NANO_USD_PER_USD),
      reserved: Math.round((BUDGET_USD - spentUsd - totalRemainingUsd) * NANO_USD_PER_USD),
    };
  };

  it('answers /healthz, /readyz and / without being asked who calls', async () => {
    const { url } = await start();
    for (const path of ['/healthz', '/readyz']) {
      const answer = await fetch(url + path);
      assert.deepEqual([answer.status, await answer.text()], [200, '{"status":"ok"}']);
    }
    assert.match(await (await fetch(`${url}/`)).text(), /<title>Candela<\/title>/);
    assert.equal((await fetch(`${url}/nowhere`)).status, 404);
  });

  it('logs JSON lines with level, msg and time, and neither key nor prompt', async () => {
    const server = await start();
    await (await chatAt(server.url, { directives: 'confidential' })).text();
    await server.stop();
    const lines = server.log().trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const { level, msg, time } of events) {
      assert.match(String(level), /^(info|warn)$/);
      assert.ok(typeof msg === 'string' && msg !== '');
      assert.ok(!Number.isNaN(Date.parse(String(time))));
    }
    const warnings = events.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    assert.deepEqual(warnings, ['auth.dev_mode is on: whoever reaches this address is its admin']);
    const call = events.find(({ msg }) => msg === 'llm call');
    assert.deepEqual(
      [call?.['provider'], call?.['model'], call?.['tokens'], call?.['cost_usd'], call?.['user_id']],
      ['openai', 'gpt-4o-mini', 1050, CALL_COST_USD, 'admin@localhost'],
    );
    assert.doesNotMatch(server.log(), /confidential|sk-fake/);
  });

  it('answers to its own pages only, as long as it is bound to loopback', async () => {
    const { url } = await start();
    const asked = async (origin: string): Promise<number> =>
      (await fetch(`${url}/healthz`, { headers: { origin } })).status;
    assert.equal(await asked('https://evil.example'), 403);
    assert.equal(await asked(url), 200);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal}: takes no more calls, lets a stream finish, and loses nothing`, async () => {
      const server = await start();
      const { rest } = await heldStream(server.url);
      // A gRPC client keeps its connection open; it must not keep the server.
      const session = new Http2SessionManager(server.url);
      assert.equal(await session.connect(), 'idle');

      process.kill(server.pid, signal);
      await waitUntil({
        what: 'the server to take no more connections',
        probe: () =>
          fetch(`${server.url}/healthz`, { headers: { connection: 'close' } }).then(
            () => undefined,
            () => true,
          ),
      });
      await fake.release();
      assert.match(await rest, /data: \[DONE\]\n\n$/);
      assert.equal(await server.stop(), 0);
      session.abort();

      assert.equal((await spansInDuckDb(home)).length, 1);
      const { url } = await start();
      const spentNanoUsd = CALL_COST_USD * NANO_USD_PER_USD;
      assert.deepEqual(await booksOf(url), { ledger: spentNanoUsd, spans: spentNanoUsd, reserved: 0 });
    });
  }

  it('killed in the middle of calls: no money lost, none counted twice, nothing held', async () => {
    const server = await start();
    const finished = Array.from({ length: 30 }, async () => (await chatAt(server.url)).text());
    const held = await Promise.all(Array.from({ length: 5 }, () => heldStream(server.url)));
    const broken = Promise.allSettled(held.map(({ rest }) => rest));
    await Promise.all(finished);
    await server.kill();
    assert.deepEqual(new Set((await broken).map(({ status }) => status)), new Set(['rejected']));

    const { url } = await start();
    const spentNanoUsd = Math.round(finished.length * CALL_COST_USD * NANO_USD_PER_USD);
    assert.deepEqual(await booksOf(url), { ledger: spentNanoUsd, spans: spentNanoUsd, reserved: 0 });
  });

  it('says that another process holds its DuckDB file, and leaves the money alone', async () => {
    await start();
    const second = start({
      config: {
        storage: {
          duckdb: { path: join(home, 'server', 'traces.duckdb') },
          sqlite: { path: join(home, 'second.db') },
        },
      },
    });
    await assert.rejects(second, ({ message }: Error) => {
      assert.match(
        message,
        /exit code 1: candela-server: the database .*traces\.duckdb is in use by another process: stop the other Candela/,
      );
      assert.doesNotMatch(message, /\n/);
      return true;
    });
    assert.deepEqual((await readdir(home)).toSorted(), ['config.yaml', 'server']);
  });

  it('says that its port is taken, and leaves nothing behind', async () => {
    const { url } = await start();
    const elsewhere = await mkdtemp(join(home, 'elsewhere-'));
    const port = Number(new URL(url).port);
    await assert.rejects(start({ home: elsewhere, port }), {
      message: `the server did not start, exit code 1: candela-server: port ${port} is taken, perhaps by another candela: stop it, or choose another port with CANDELA_PORT, or \`server.port\` in the configuration`,
    });
    assert.deepEqual(await readdir(elsewhere), ['config.yaml']);
  });

  it('says what is wrong with its configuration, and leaves nothing behind', async () => {
    const broken = start({ config: { sinks: { pubsub: { enabled: true } } } });
    await assert.rejects(broken, {
      message: `the server did not start, exit code 1: candela-server: ${join(home, 'config.yaml')}:1: sinks.pubsub: is not supported by this version yet`,
    });
    assert.deepEqual(await readdir(home), ['config.yaml']);
  });

  it('says that a database is damaged, and lets go of its port', async () => {
    const path = join(home, 'state.db');
    await writeFile(path, 'this is no database, and long enough to be looked at as one'.repeat(20));
    const broken = start({ config: { storage: { sqlite: { path } } } });
    await assert.rejects(
      broken,
      /exit code 1: candela-server: .*state\.db is not a database Candela can read/,
    );
  });
});
