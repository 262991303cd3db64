import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { ModelCatalogService } from '@candela/proto/v1/model_catalog_service';
import { UserService } from '@candela/proto/v1/user_service';
import { openEngine, type Engine } from '../engine.ts';
import type { Caller } from '../gateway/gates/identity.ts';
import { createGeminiOai } from '../gateway/providers/gemini-oai.ts';
import { createGoogle } from '../gateway/providers/google.ts';
import { createOpenAi } from '../gateway/providers/openai.ts';
import { createChangingPriceBook } from '../pricing/index.ts';
import { nano } from '../storage/contract-suites/span-fixture.ts';
import { createSqliteSpanStore } from '../storage/sqlite/span-store.ts';
import { recordedLog } from '../testing/recorded-log.ts';

const CALLERS: Readonly<Record<string, Caller>> = {
  root: { userId: 'root', email: 'root@example.com', role: 'admin' },
  ada: { userId: 'ada', email: 'ada@example.com', role: 'developer' },
};

interface Seen {
  readonly url: string | undefined;
  readonly model: unknown;
}

/** What only a caller who is no admin shows; `test/server/catalog.test.ts` has the rest, with a real server. */
describe('the catalog, as calls meet it', () => {
  let folder: string;
  let engine: Engine;
  let url: string;
  let seen: Seen[];
  let catalog: Client<typeof ModelCatalogService>;
  let users: Client<typeof UserService>;
  const servers: Server[] = [];
  const listen = async (handler: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { model } = JSON.parse(Buffer.concat(await req.toArray()).toString()) as { model?: string };
    seen.push({ url: req.url, model });
    const openAi = {
      model: `${model}-2024-07-18`,
      choices: [],
      usage: { prompt_tokens: 1_000, completion_tokens: 0 },
    };
    const gemini = { candidates: [], usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 0 } };
    res.end(JSON.stringify(model === undefined ? gemini : openAi));
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-catalog-'));
    seen = [];
    const upstream = await listen((req, res) => void answer(req, res));
    const google = { upstream, apiKey: 'k' };
    const providers = [createOpenAi({ upstream }), createGoogle(google), createGeminiOai(google)];
    engine = await openEngine({
      statePath: join(folder, 'state.db'),
      spanStore: createSqliteSpanStore({ path: ':memory:' }),
      providers: new Map(providers.map((provider) => [provider.name, provider])),
      prices: createChangingPriceBook(),
      identify: (header) => CALLERS[header('x-test-user') ?? 'root'] as Caller,
      callers: 'users',
      catalog: { backend: 'store' },
      budgetTimeZone: 'UTC',
      withoutBudget: 'deny',
      ...recordedLog(),
      page: (res) => void res.end(),
    });
    for (const { userId, email, role } of Object.values(CALLERS)) {
      const rest = { displayName: userId, status: 'active', rateLimit: 1_000, createdAtUnixMs: 0 } as const;
      await engine.users.ensure({ id: userId, email, role, ...rest });
      await engine.ledger.setBudget(userId, nano(1_000_000_000n));
    }
    url = await listen(engine.handle);
    const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1' });
    catalog = createClient(ModelCatalogService, transport);
    users = createClient(UserService, transport);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await engine.close();
    await rm(folder, { recursive: true });
  });

  const put = (entry: object): Promise<unknown> =>
    catalog.updateModelCatalogEntry({ entry: { provider: 'openai', enabled: true, ...entry } });
  const post = (path: string, body: object, user = 'ada'): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'x-test-user': user },
      body: JSON.stringify({ max_tokens: 10, ...body }),
    });
  const chat = (model: string, user?: string): Promise<Response> =>
    post('/proxy/openai/v1/chat/completions', { model, messages: [] }, user);
  const outcome = async (call: Promise<Response>): Promise<readonly unknown[]> => {
    const response = await call;
    const { error } = (await response.json()) as { error?: { type: string } };
    return [response.status, error?.type];
  };
  const listedFor = async (user: string): Promise<readonly string[]> => {
    const response = await fetch(`${url}/v1/models`, { headers: { 'x-test-user': user } });
    return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const spentBy = async (userId: string): Promise<bigint> => (await engine.ledger.budgetOf(userId)).spent;

  it('refuses a developer without the tag, at no cost, and lets in an admin and one who got it a moment ago', async () => {
    await put({ modelId: 'gpt-4o', requiredAccess: ['beta'] });
    assert.deepEqual(await outcome(chat('gpt-4o')), [403, 'access_denied']);
    assert.deepEqual(await outcome(chat('gpt-4o-2024-08-06')), [403, 'access_denied']);
    assert.deepEqual([seen, await spentBy('ada')], [[], 0n]);
    assert.deepEqual(await outcome(chat('gpt-4o', 'root')), [200, undefined]);
    await users.updateUser({ id: 'ada', accessTags: ['beta'] });
    assert.deepEqual(await outcome(chat('gpt-4o')), [200, undefined]);
    await users.updateUser({ id: 'ada', updateMask: { paths: ['access_tags'] } });
    assert.deepEqual(await outcome(chat('gpt-4o')), [403, 'access_denied']);
  });

  it('asks in the order of the contract: known, then tenant, then tag, then price', async () => {
    const closed = { modelId: 'house-1', requiredAccess: ['beta'], allowedTenants: ['acme'] };
    await put({ ...closed, enabled: false });
    assert.deepEqual(await outcome(chat('house-1')), [400, 'invalid_request_error']);
    await put(closed);
    assert.deepEqual(await outcome(chat('house-1')), [403, 'tenant_access_denied']);
    await put({ ...closed, allowedTenants: [] });
    assert.deepEqual(await outcome(chat('house-1')), [403, 'access_denied']);
    await put({ ...closed, allowedTenants: [], requiredAccess: [] });
    assert.deepEqual(await outcome(chat('house-1')), [402, 'pricing_not_configured']);
    assert.deepEqual([seen, await spentBy('ada')], [[], 0n]);
  });

  it('lists for each caller what they may use', async () => {
    await put({ modelId: 'gpt-4o', requiredAccess: ['beta'] });
    await put({ modelId: 'gpt-4.1', enabled: false });
    const [ada, root] = [await listedFor('ada'), await listedFor('root')];
    const has = (list: readonly string[]): readonly boolean[] =>
      ['gpt-4o', 'gpt-4.1', 'gpt-4o-mini'].map((id) => list.includes(id));
    assert.deepEqual(has(ada), [false, false, true]);
    assert.deepEqual(has(root), [true, false, true]);
  });

  it('sends the provider’s name of a model, and charges what its entry says, whatever name comes back', async () => {
    await put({
      modelId: 'house-1',
      providerModelId: 'gpt-4o-mini',
      aliases: ['fast'],
      inputPerMillion: 100,
    });
    for (const path of ['/proxy/openai/v1/chat/completions', '/v1/chat/completions']) {
      for (const model of ['house-1', 'fast']) {
        assert.deepEqual(await outcome(post(path, { model, messages: [] })), [200, undefined]);
      }
    }
    assert.deepEqual(new Set(seen.map(({ model }) => model)), new Set(['gpt-4o-mini']));
    assert.equal(await spentBy('ada'), 400_000_000n);
  });

  it('gives a model its name in a path, too', async () => {
    await put({ provider: 'google', modelId: 'gemini-2.5-flash', aliases: ['flash'] });
    const asked = post('/proxy/google/v1beta/models/flash:generateContent', { contents: [] });
    assert.deepEqual(await outcome(asked), [200, undefined]);
    assert.equal(seen[0]?.url, '/v1beta/models/gemini-2.5-flash:generateContent');
    assert.equal(await spentBy('ada'), 300_000n);
  });

  it('routes past a provider that has the model switched off, to one that has it on', async () => {
    const shared = { modelId: 'shared-1', inputPerMillion: 1 };
    const asked = (): Promise<readonly unknown[]> =>
      outcome(post('/v1/chat/completions', { model: 'shared-1', messages: [] }));
    await put({ ...shared, enabled: false });
    assert.deepEqual(await asked(), [400, 'invalid_request_error']);
    await put({ ...shared, provider: 'gemini-oai' });
    assert.deepEqual(await asked(), [200, undefined]);
    assert.deepEqual(
      seen.map((one) => one.url),
      ['/v1beta/openai/chat/completions'],
    );
  });
});
