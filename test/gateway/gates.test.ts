import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon } from '../harness/daemon.ts';
import { startServer, type ServerOptions, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { chatAt, clientsAt } from '../server/team-call.ts';
import { ledgerIn, startRig, type Rig } from './rig.ts';

interface Refused {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly retryAfter: string | null;
}

async function refusalOf(answer: Response): Promise<Refused> {
  const { error } = (await answer.json()) as { readonly error?: { code?: string; message?: string } };
  return {
    status: answer.status,
    code: error?.code,
    message: error?.message,
    retryAfter: answer.headers.get('retry-after'),
  };
}

async function statusOf(call: Promise<Response>): Promise<number> {
  const answer = await call;
  await answer.arrayBuffer();
  return answer.status;
}

/** What a refused call must leave as it was. */
function costsNothing(home: string): void {
  const { spent, reserved, reservations } = ledgerIn(home);
  assert.deepEqual([spent, reserved, reservations], [0n, 0n, 0n]);
}

const FAILING = '[fault status code=503]';

describe('gates of a server', () => {
  let fake: FakeProvider;
  let server: TestServer;
  const servers: TestServer[] = [];
  const start = async (options: ServerOptions = {}): Promise<TestServer> => {
    server = await startServer({
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 100,
      ...options,
    });
    servers.push(server);
    return server;
  };
  before(async () => {
    fake = await startFakeProvider();
  });
  afterEach(async () => {
    for (const one of servers.splice(0).toReversed()) await one.stop();
    await fake.reset();
  });
  after(() => fake.stop());

  /** So that all calls of a test are in one minute. */
  const farFromTheMinutesTurn = (): Promise<true> =>
    waitUntil({
      what: 'a minute that lasts',
      probe: () => 60_000 - (Date.now() % 60_000) > 20_000 || undefined,
    });
  const dataIn = (home: string): string => join(home, 'server');
  const setStatus = (status: string): void => {
    const db = new DatabaseSync(join(dataIn(server.home), 'state.db'), { timeout: 5_000 });
    db.prepare('UPDATE users SET status = ?').run(status);
    db.close();
  };

  it('user active: 402 for one who is switched off', async () => {
    const { url, home } = await start();
    setStatus('inactive');
    const { status, code } = await refusalOf(await chatAt(url));
    assert.deepEqual([status, code], [402, 'account_inactive']);
    assert.deepEqual(await fake.requests(), []);
    costsNothing(dataIn(home));
  });

  it('user active: a provisioned user becomes active with the first call', async () => {
    const { url } = await start();
    setStatus('provisioned');
    assert.equal(await statusOf(chatAt(url)), 200);
    const { user } = await clientsAt(url).users.getCurrentUser({});
    assert.equal(user?.status, 2);
  });

  it('rate limit: 429 for the sixty-first call of a minute, before its body is looked at', async () => {
    const { url, home } = await start();
    await farFromTheMinutesTurn();
    const nothing = (): Promise<Response> =>
      fetch(`${url}/proxy/openai/v1/chat/completions`, { method: 'POST', body: 'no json' });
    const statuses = await Promise.all(Array.from({ length: 60 }, () => statusOf(nothing())));
    assert.deepEqual(new Set(statuses), new Set([400]));
    const { status, code, message, retryAfter } = await refusalOf(await nothing());
    assert.deepEqual([status, code], [429, 'rate_limit_exceeded']);
    assert.equal(message, 'rate limit exceeded (61/60 requests/min)');
    assert.match(retryAfter ?? '', /^([1-9]|[1-5]\d|60)$/);
    assert.equal((await refusalOf(await chatAt(url))).code, 'rate_limit_exceeded');
    assert.deepEqual(await fake.requests(), []);
    costsNothing(dataIn(home));
  });

  it('rate limit: two servers on one store count together', async () => {
    const storage = { backend: 'sqlite' };
    const first = await start({ config: { storage }, requestsPerMinute: 10 });
    const second = await start({ config: { storage }, home: first.home });
    await farFromTheMinutesTurn();
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => statusOf(chatAt(index % 2 === 0 ? first.url : second.url))),
    );
    assert.equal(statuses.filter((status) => status === 200).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 20);
  });

  it('priced: 402 for a model that may cost anything, and a line that alert rules look for', async () => {
    const { url, log, home } = await start({
      config: { proxy: { providers: [{ name: 'openai', upstream: fake.url, models: ['house-1'] }] } },
    });
    const body = JSON.stringify({ model: 'house-1', messages: [] });
    const refused = await refusalOf(
      await fetch(`${url}/proxy/openai/v1/chat/completions`, { method: 'POST', body }),
    );
    assert.deepEqual([refused.status, refused.code], [402, 'pricing_not_configured']);
    const line = await waitUntil({
      what: 'the line',
      timeoutMs: 5_000,
      probe: () =>
        log()
          .split('\n')
          .find((one) => one.includes('"missing pricing for cloud model"')),
    });
    const { level, provider, model } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual([level, provider, model], ['warn', 'openai', 'house-1']);
    costsNothing(dataIn(home));
  });

  it('request cost: 402 for one that may cost more than the cap, and none for a smaller one', async () => {
    const proxy = {
      providers: [{ name: 'openai', upstream: fake.url }],
      max_request_cost_usd: 0.001,
    };
    const { url, home } = await start({ config: { proxy } });
    const asking = (max_tokens: number): Promise<Response> =>
      fetch(`${url}/proxy/openai/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({
          model: 'gpt-4o-mini',
          max_tokens,
          messages: [{ role: 'user', content: 'hi' }],
        }),
      });
    const { status, code } = await refusalOf(await asking(10_000));
    assert.deepEqual([status, code], [402, 'request_cost_exceeded']);
    assert.deepEqual(await fake.requests(), []);
    costsNothing(dataIn(home));
    await statusOf(asking(1));
    assert.equal((await fake.requests()).length, 1);
  });
});

describe('gates of a daemon', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ budgetDailyUsd: 100 });
  });
  afterEach(() => rig.close());

  it('circuit: 503 after five failures in a row, with nothing held and nothing sent', async () => {
    const { url } = rig.daemon;
    for (let call = 0; call < 5; call++)
      assert.equal(await statusOf(chatAt(url, { directives: FAILING })), 503);
    await rig.fake.reset();
    const { status, code, retryAfter } = await refusalOf(await chatAt(url));
    assert.deepEqual([status, code], [503, 'circuit_open']);
    assert.match(retryAfter ?? '', /^([1-9]|[12]\d|30)$/);
    assert.deepEqual(await rig.fake.requests(), []);
    costsNothing(rig.home);
    assert.equal(rig.daemon.log().split('"circuit breaker tripped"').length, 2);
  });

  it('circuit: stays closed for another provider, and for what is no failure of the provider’s', async () => {
    const { url } = rig.daemon;
    for (const code of [400, 401, 404, 429]) {
      for (let call = 0; call < 5; call++)
        assert.equal(await statusOf(chatAt(url, { directives: `[fault status code=${code}]` })), code);
    }
    for (let call = 0; call < 5; call++) await statusOf(chatAt(url, { directives: FAILING }));
    const other = fetch(`${url}/proxy/anthropic-direct/v1/models`);
    assert.notEqual(await statusOf(other), 503);
  });

  it('circuit: a client that hangs up is neither a failure nor a success', async () => {
    const { url } = rig.daemon;
    const failing = (): Promise<Response> => chatAt(url, { directives: FAILING });
    for (let call = 0; call < 4; call++) await statusOf(failing());
    await rig.fake.reset();
    const hangUp = new AbortController();
    const left = fetch(`${url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: '[fault stall before_headers]' }],
      }),
      signal: hangUp.signal,
    });
    await rig.fake.waitForRequest(() => true);
    hangUp.abort();
    await assert.rejects(left);
    await rig.fake.waitForRequest(({ end }) => end === 'client_gone');
    assert.notEqual((await refusalOf(await failing())).code, 'circuit_open');
    assert.equal((await refusalOf(await failing())).code, 'circuit_open');
  });

  it('circuit: opens on a provider that cannot be reached', async () => {
    await rig.fake.stop();
    const codes = [];
    for (let call = 0; call < 6; call++) codes.push((await refusalOf(await chatAt(rig.daemon.url))).code);
    assert.deepEqual(codes, [...Array.from({ length: 5 }, () => 'upstream_error'), 'circuit_open']);
    costsNothing(rig.home);
  });

  it('rate limit and account: a daemon’s one user has neither', async () => {
    const statuses = await Promise.all(Array.from({ length: 80 }, () => statusOf(chatAt(rig.daemon.url))));
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it('retry: a list that fails for a moment gets to its client, a call to a model that fails does not come twice', async () => {
    const asked: string[] = [];
    const flaky = createServer((req, res) => {
      asked.push(req.method ?? '');
      const isFirst = asked.filter((method) => method === req.method).length === 1;
      req.resume().once('end', () => res.writeHead(isFirst ? 503 : 200).end('{}'));
    }).listen(0, '127.0.0.1');
    await once(flaky, 'listening');
    const upstream = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
    const daemon = await startDaemon({ providers: [{ name: 'openai', upstream }] });
    const listed = await statusOf(fetch(`${daemon.url}/proxy/openai/v1/models`));
    const chatted = await statusOf(chatAt(daemon.url));
    await daemon.stop();
    flaky.close();
    assert.deepEqual([listed, chatted, asked], [200, 503, ['GET', 'GET', 'POST']]);
  });

  it('attribution: from baggage and headers into the span, and not to the provider', async () => {
    const answer = await fetch(`${rig.daemon.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      headers: {
        baggage: 'Candela.Tenant_Id=acme,candela.job_id=bad%20id',
        'x-candela-tenant-id': 'other',
        'x-candela-job-id': 'nightly',
        'x-candela-trace-group': 'group-1',
        'x-candela-labels': 'team=search,env=prod',
      },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
    });
    await answer.arrayBuffer();
    const { traces } = clientsAt(rig.daemon.url);
    const { trace } = await traces.getTrace({ traceId: answer.headers.get('x-candela-trace-id') ?? '' });
    const [span] = trace?.spans ?? [];
    assert.deepEqual(
      [span?.tenantId, span?.jobId, span?.traceGroup, span?.labels],
      ['acme', 'nightly', 'group-1', { team: 'search', env: 'prod' }],
    );
    const [sent] = await rig.fake.requests();
    assert.deepEqual(
      Object.keys(sent?.headers ?? {}).filter((name) => name.startsWith('x-candela') || name === 'baggage'),
      [],
    );
  });
});
