import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { CALL_COST_USD, chatAt, clientsAt } from './team-call.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(url: string, path: string, change?: object): Promise<Answer> {
  const answer = await fetch(`${url}/_local/api/${path}`, {
    method: change === undefined ? 'GET' : 'POST',
    ...(change && { body: JSON.stringify(change), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const DOUBLED = {
  ...{ provider: 'openai', model: 'gpt-4o-mini' },
  ...{ input_per_million: 0.3, output_per_million: 1.2 },
};

describe('the management API of a server', () => {
  let fake: FakeProvider;
  let home: string;
  let server: TestServer;
  before(async () => {
    fake = await startFakeProvider();
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-manage-'));
    server = await start();
  });
  afterEach(async () => {
    await server.kill();
    await rm(home, { recursive: true });
  });
  after(() => fake.stop());

  const start = (): Promise<TestServer> =>
    startServer({
      home,
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 2,
    });
  const spent = async (): Promise<number | undefined> =>
    (await clientsAt(server.url).users.getMyBudget({})).budget?.spentUsd;

  it('prices the next call as it is told, through kill -9, and lists what calls cost', async () => {
    await (await chatAt(server.url)).text();
    const { status, body } = await ask(server.url, 'config', { pricing: { models: [DOUBLED] } });
    assert.deepEqual([status, body['pricing']], [200, { discount_percent: 0, models: [DOUBLED] }]);
    await (await chatAt(server.url)).text();
    assert.equal(await spent(), 0.00054);

    await server.kill();
    server = await start();
    assert.deepEqual((await ask(server.url, 'config')).body, body);
    await (await chatAt(server.url)).text();
    assert.equal(await spent(), 0.0009);

    const { body: listed } = await ask(server.url, 'traces?limit=2');
    const { spans, count } = listed as { spans: Record<string, unknown>[]; count: number };
    assert.equal(count, 2);
    assert.deepEqual(
      spans.map((span) => [span['cost_usd'], span['total_tokens'], span['provider'], span['status']]),
      Array.from({ length: 2 }, () => [2 * CALL_COST_USD, 1050, 'openai', 'ok']),
    );
  });

  it('says that it is a server, and where its spans are', async () => {
    const { status, body } = await ask(server.url, 'health');
    assert.deepEqual([status, body['status'], body['mode']], [200, 'ok', 'server']);
    assert.deepEqual(body['spans'], { store: 'duckdb', dropped: { duckdb: 0 } });
    assert.deepEqual(body['providers'], [{ name: 'openai', circuit: 'closed' }]);
  });

  describe('and of a daemon in team mode before it', () => {
    let daemon: TestDaemon;
    beforeEach(async () => {
      daemon = await startDaemon({ remote: server.url });
    });
    afterEach(() => daemon.kill());

    it('tells whether the server answers', async () => {
      const host = new URL(server.url).host;
      const { status, body } = await ask(daemon.url, 'health');
      assert.deepEqual([status, body['status'], body['mode']], [200, 'ok', 'team']);
      assert.deepEqual(body['remote'], { host, answers: true, http_status: 200 });

      await server.stop();
      const without = await ask(daemon.url, 'health');
      assert.deepEqual([without.status, without.body['status']], [200, 'degraded']);
      assert.deepEqual(without.body['remote'], { host, answers: false, detail: 'connection refused' });
    });

    // It answered 404, and the page of a machine in a team had no calls to show.
    it('lists the calls as the server does, and says so when it cannot', async () => {
      for (let call = 0; call < 3; call += 1) await (await chatAt(daemon.url)).text();
      const atServer = await ask(server.url, 'traces');
      assert.equal(atServer.body['count'], 3);
      assert.deepEqual(await ask(daemon.url, 'traces'), atServer);
      assert.deepEqual(await ask(daemon.url, 'traces?limit=2'), await ask(server.url, 'traces?limit=2'));
      assert.deepEqual(await ask(daemon.url, 'traces?limit=0'), await ask(server.url, 'traces?limit=0'));

      await server.stop();
      const { status, body } = await ask(daemon.url, 'traces');
      assert.equal(status, 502);
      assert.deepEqual(body, { error: "could not reach the team's Candela server: connection refused" });
    });

    it('says where settings are, and changes none of the server’s', async () => {
      const before = await ask(server.url, 'config');
      for (const [path, change] of [
        ['config', undefined],
        ['config', { pricing: { discount_percent: 1 } }],
        ['config/caching', { anthropic: 'auto' }],
      ] as const) {
        const { status, body } = await ask(daemon.url, path, change);
        assert.equal(status, 404, path);
        assert.match(String(body['error']), /^in team mode the server has the settings/);
        assert.ok(String(body['error']).endsWith(`an admin asks ${server.url}/_local/api`));
      }
      assert.deepEqual(await ask(server.url, 'config'), before);
    });

    it('forwards nothing below /_local', async () => {
      for (const [path, status] of [
        ['/_local', 200],
        ['/_local/', 200],
        ['/_local/other', 404],
        ['/_local/api/other', 404],
      ] as const) {
        const answer = await fetch(daemon.url + path);
        assert.equal(answer.status, status, path);
        assert.equal((await answer.text()).includes('Candela on this machine'), status === 200);
      }
    });
  });
});
