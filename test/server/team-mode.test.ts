import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { CALL_COST_USD, chatAt, clientsAt } from './team-call.ts';

describe('a daemon in team mode', () => {
  let fake: FakeProvider;
  let home: string;
  let server: TestServer;
  let daemon: TestDaemon;

  before(async () => {
    fake = await startFakeProvider();
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-team-'));
    server = await startTeamServer();
    daemon = await startDaemon({ remote: server.url });
  });
  afterEach(async () => {
    await daemon.kill();
    await server.kill();
    await fake.reset();
    await rm(home, { recursive: true });
  });
  after(() => fake.stop());

  const startTeamServer = (port?: number): Promise<TestServer> =>
    startServer({
      home,
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 2,
      ...(port !== undefined && { port }),
    });

  it("shows an editor the server's budget, and the server counts what goes through", async () => {
    await (await chatAt(daemon.url)).text();
    const seen = await clientsAt(daemon.url).users.getMyBudget({});
    assert.equal(seen.budget?.spentUsd, CALL_COST_USD);
    assert.equal(seen.totalRemainingUsd, 2 - CALL_COST_USD);
    assert.deepEqual(seen, await clientsAt(server.url).users.getMyBudget({}));

    const { traces } = await clientsAt(daemon.url).traces.listTraces({});
    assert.deepEqual(
      traces.map(({ totalCostUsd, userId }) => [totalCostUsd, userId]),
      [[CALL_COST_USD, 'admin@localhost']],
    );
  });

  it("passes the server's refusal on, word for word", async () => {
    const { users } = clientsAt(daemon.url);
    await users.setBudget({ userId: 'admin@localhost', limitUsd: 0.000001 });
    const [direct, forwarded] = [await chatAt(server.url), await chatAt(daemon.url)];
    assert.deepEqual([direct.status, forwarded.status], [402, 402]);
    assert.equal(await forwarded.text(), await direct.text());
  });

  it("shows the server's page, and offers its models", async () => {
    const of = async (url: string, path: string): Promise<string> => (await fetch(url + path)).text();
    for (const path of ['/', '/v1/models', '/api/v0/models']) {
      assert.equal(await of(daemon.url, path), await of(server.url, path));
    }
  });

  it('passes each part of a stream on as it comes', async () => {
    const answer = await chatAt(daemon.url, { stream: true, directives: '[fault hold after_events=2]' });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    // The provider holds the rest back until this has come through both processes.
    const { value } = await reader.read();
    assert.match(Buffer.from(value as Uint8Array).toString(), /^data: /);
    await fake.release();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += Buffer.from(part.value).toString();
    }
    assert.match(text, /data: \[DONE\]\n\n$/);
  });

  it('says that the server is not there, lives on, and is back as soon as the server is', async () => {
    const port = Number(new URL(server.url).port);
    await server.stop();
    const call = await chatAt(daemon.url);
    assert.equal(call.status, 502);
    assert.deepEqual(await call.json(), {
      error: {
        message: "could not reach the team's Candela server: connection refused",
        type: 'upstream_error',
        code: 'upstream_error',
      },
    });
    await assert.rejects(clientsAt(daemon.url).users.getMyBudget({}));
    assert.equal((await fetch(`${daemon.url}/healthz`)).status, 200);

    server = await startTeamServer(port);
    const mine = await clientsAt(daemon.url).users.getMyBudget({});
    assert.equal(mine.budget?.limitUsd, 2);
    const again = await chatAt(daemon.url);
    await again.text();
    assert.equal(again.status, 200);
  });

  it('breaks a stream off that the server left unfinished, so that no client takes it for whole', async () => {
    const answer = await chatAt(daemon.url, { stream: true, directives: '[fault stall after_events=2]' });
    await fake.waitForRequest(({ body }) => body.includes('fault stall'));
    await server.kill();
    await assert.rejects(answer.text());
    assert.equal((await fetch(`${daemon.url}/healthz`)).status, 200);
  });

  it("ends the provider's work when the client hangs up", async () => {
    const hangUp = new AbortController();
    const answer = await fetch(`${daemon.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-fake-openai' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: 'Hello [fault stall after_events=2]' }],
      }),
      signal: hangUp.signal,
    });
    assert.equal(answer.status, 200);
    hangUp.abort();
    const ended = await waitUntil({
      what: 'the call to end at the provider',
      probe: async () => (await fake.requests()).find(({ end }) => end !== 'open'),
    });
    assert.equal(ended.end, 'client_gone');
  });

  it('keeps no money and no traces of its own', async () => {
    await (await chatAt(daemon.url)).text();
    assert.deepEqual((await readdir(daemon.home)).toSorted(), ['config.yaml', 'daemon.json', 'daemon.lock']);
  });
});
