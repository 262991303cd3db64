import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { ModelCatalogService } from '@candela/proto/v1/model_catalog_service';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { clientsAt } from './team-call.ts';

const STORE = { catalog: { backend: 'store' }, storage: { backend: 'sqlite' } };

describe('the model catalog of candela-server', () => {
  let fake: FakeProvider;
  const servers: TestServer[] = [];
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-catalog-'));
  });
  before(async () => {
    fake = await startFakeProvider({ openaiKeys: null, anthropicKeys: null });
  });
  afterEach(async () => {
    for (const one of servers.splice(0).toReversed()) await one.stop();
    await fake.reset();
    await rm(home, { recursive: true });
  });
  after(() => fake.stop());

  const start = async (config: object): Promise<TestServer> => {
    const server = await startServer({
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 100,
      ...{ home, config: { ...config } },
    });
    servers.push(server);
    return server;
  };
  const catalogAt = (baseUrl: string): Client<typeof ModelCatalogService> =>
    createClient(ModelCatalogService, createConnectTransport({ baseUrl, httpVersion: '1.1' }));
  const chat = (
    url: string,
    model: string,
    { path = '/proxy/openai/v1/chat/completions', tenant = '' } = {},
  ): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: tenant === '' ? {} : { 'x-candela-tenant-id': tenant },
      body: JSON.stringify({
        ...{ model, max_tokens: 100 },
        messages: [{ role: 'user', content: 'Hello [usage in=1000 out=50]' }],
      }),
    });
  const outcome = async (call: Promise<Response>): Promise<readonly unknown[]> => {
    const answer = await call;
    const { error } = (await answer.json()) as { error?: { type: string; message: string } };
    return error === undefined ? [answer.status] : [answer.status, error.type, error.message];
  };
  const listed = async (url: string, path = '/v1/models'): Promise<readonly string[]> => {
    const { data } = (await (await fetch(url + path)).json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  };
  const costsNothing = (): void => {
    const { spent, reserved, reservations } = ledgerIn(join(home, 'server'));
    assert.deepEqual([spent, reserved, reservations], [0n, 0n, 0n]);
  };

  it('refuses a tenant that a model is not for, naming both, at no cost', async () => {
    const server = await start(STORE);
    const entry = { provider: 'openai', modelId: 'gpt-4o-mini', enabled: true, allowedTenants: ['acme'] };
    await catalogAt(server.url).updateModelCatalogEntry({ entry });
    const [status, type, message] = await outcome(chat(server.url, 'gpt-4o-mini', { tenant: 'hooli' }));
    assert.deepEqual([status, type], [403, 'tenant_access_denied']);
    assert.match(String(message), /hooli.*acme/);
    assert.equal((await outcome(chat(server.url, 'gpt-4o-mini')))[1], 'tenant_access_denied');
    assert.deepEqual(await fake.requests(), []);
    costsNothing();
    assert.deepEqual(await outcome(chat(server.url, 'gpt-4o-mini', { tenant: 'acme' })), [200]);
  });

  it('takes a disabled model off the lists and refuses it; another process on the store soon after', async () => {
    const first = await start(STORE);
    const second = await start(STORE);
    assert.ok((await listed(first.url)).includes('gpt-4o-mini'));
    const entry = { provider: 'openai', modelId: 'gpt-4o-mini', enabled: false };
    await catalogAt(first.url).updateModelCatalogEntry({ entry });
    for (const path of ['/v1/models', '/api/v0/models']) {
      assert.equal((await listed(first.url, path)).includes('gpt-4o-mini'), false);
    }
    const unknown = [400, 'invalid_request_error', 'unknown model: gpt-4o-mini'];
    for (const path of ['/proxy/openai/v1/chat/completions', '/v1/chat/completions']) {
      assert.deepEqual(await outcome(chat(first.url, 'gpt-4o-mini', { path })), unknown);
    }
    await waitUntil({
      what: 'the change on the other server',
      probe: async () => (await chat(second.url, 'gpt-4o-mini')).status === 400 || undefined,
    });
    assert.equal((await listed(second.url)).includes('gpt-4o-mini'), false);
    await catalogAt(second.url).deleteModelCatalogEntry({ provider: 'openai', modelId: 'gpt-4o-mini' });
    assert.deepEqual(await outcome(chat(second.url, 'gpt-4o-mini')), [200]);
  });

  it('lets a call use an alias, sends the provider’s name, and charges the entry’s price over a restart too', async () => {
    const first = await start(STORE);
    const entry = {
      ...{ provider: 'openai', modelId: 'house-fast', enabled: true, aliases: ['fast'] },
      ...{ providerModelId: 'gpt-4o-mini', inputPerMillion: 10, outputPerMillion: 20, discountPercent: 0.5 },
    };
    await catalogAt(first.url).updateModelCatalogEntry({ entry });
    for (const path of ['/proxy/openai/v1/chat/completions', '/v1/chat/completions']) {
      for (const model of ['fast', 'house-fast'])
        assert.deepEqual(await outcome(chat(first.url, model, { path })), [200]);
    }
    const sent = (await fake.requests()).map(({ body }) => (JSON.parse(body) as { model: string }).model);
    assert.deepEqual(new Set(sent), new Set(['gpt-4o-mini']));
    assert.ok((await listed(first.url)).includes('house-fast'));
    // 1000 tokens in and 50 out, at half of 10 and 20 USD per million.
    const once = 0.0055;
    const mine = await clientsAt(first.url).users.getMyBudget({});
    assert.equal(mine.budget?.spentUsd, 4 * once);
    const { spans } = await clientsAt(first.url).traces.searchSpans({});
    assert.deepEqual(new Set(spans.map(({ genAi }) => genAi?.costUsd)), new Set([once]));
    await first.stop();
    const second = await start(STORE);
    assert.deepEqual(await outcome(chat(second.url, 'fast')), [200]);
    const { models, source, adminEditable } = await catalogAt(second.url).listModelCatalog({});
    assert.deepEqual([source, adminEditable], ['store', true]);
    assert.ok(models.some(({ modelId, aliases }) => modelId === 'house-fast' && aliases.includes('fast')));
  });

  it('comes from the configuration unless told otherwise, and is read-only then', async () => {
    const models = [
      { provider: 'openai', model_id: 'gpt-4o', enabled: false },
      { provider: 'openai', model_id: 'gpt-4o-mini', aliases: ['mini'], allowed_tenants: ['acme'] },
    ];
    const server = await start({ catalog: { models } });
    assert.deepEqual(await outcome(chat(server.url, 'mini', { tenant: 'acme' })), [200]);
    assert.equal((await outcome(chat(server.url, 'mini')))[1], 'tenant_access_denied');
    assert.equal((await outcome(chat(server.url, 'gpt-4o')))[0], 400);
    const catalog = catalogAt(server.url);
    const answer = await catalog.listModelCatalog({});
    assert.deepEqual([answer.source, answer.adminEditable], ['config', false]);
    await assert.rejects(catalog.updateModelCatalogEntry({ entry: { provider: 'openai', modelId: 'x' } }), {
      rawMessage: /^the catalog is read from the configuration/,
    });
  });
});
