import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_CATALOG } from '../../catalog/catalog-index.ts';
import { createPriceBook } from '../../pricing/index.ts';
import { listModels } from '../model-list.ts';
import { routeByModel } from '../route.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { createLocal } from './local.ts';
import { LocalInventory } from './local-inventory.ts';
import { refreshInventories } from './model-inventory.ts';
import { createOpenAi } from './openai.ts';
import type { OutgoingCall, Provider } from './provider.ts';

const CHAT = '/v1/chat/completions';

describe('provider local', () => {
  let runtime: Server;
  let url: string;
  let answer: { status: number; body: string };
  let asked: string[];

  before(async () => {
    runtime = createServer((req, res) => {
      asked.push(`${req.url} ${req.headers.authorization ?? ''}`);
      // A runtime that is busy does not answer at all.
      if (answer.status === 0) return;
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    runtime.listen(0, '127.0.0.1');
    await once(runtime, 'listening');
    url = `http://127.0.0.1:${(runtime.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: JSON.stringify({ data: [{ id: 'llama3:latest' }, { id: 'gpt-4o' }, {}] }) };
  });
  after(async () => {
    runtime.close();
    runtime.closeAllConnections();
    await once(runtime, 'close');
  });

  const inventoryOf = async (provider: Provider): Promise<readonly string[]> => {
    await refreshInventories([provider]);
    assert.ok(provider.inventory);
    return provider.inventory.ids;
  };

  it('has the models that the runtime lists, asked once in a while', async () => {
    const provider = createLocal({ upstream: `${url}/v1`, apiKey: 'k' });
    assert.deepEqual(await inventoryOf(provider), ['llama3:latest', 'gpt-4o']);
    assert.equal(refreshInventories([provider]), undefined, 'fresh');
    assert.deepEqual(asked, ['/v1/models Bearer k']);
  });

  it('asks once, however many calls wait for it', async () => {
    const provider = createLocal({ upstream: url });
    await Promise.all([inventoryOf(provider), inventoryOf(provider), inventoryOf(provider)]);
    assert.equal(asked.length, 1);
  });

  it('has none where the runtime does not run, or answers something else', async () => {
    for (const strange of [
      { status: 500, body: '{"data":[{"id":"x"}]}' },
      { status: 200, body: 'Ollama is running' },
      { status: 200, body: '[1]' },
      { status: 200, body: '{"data":{"id":"x"}}' },
    ]) {
      answer = strange;
      assert.deepEqual(await inventoryOf(createLocal({ upstream: url })), []);
    }
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    assert.deepEqual(await inventoryOf(createLocal({ upstream: `http://127.0.0.1:${port}` })), []);
  });

  it('keeps its models while the runtime is too busy to list them, and holds up no call', async () => {
    const clock = manualClock(0);
    const inventory = new LocalInventory(new URL(url), undefined, clock);
    await inventory.refresh();
    answer = { status: 0, body: '' };
    clock.advanceMs(10_000);
    await inventory.refresh();
    assert.equal(asked.length, 2, 'it was asked, and has not answered');
    assert.deepEqual(inventory.ids, ['llama3:latest', 'gpt-4o']);
  });

  it('wins over a remote model of the same name, and leaves the others alone', async () => {
    const local = createLocal({ upstream: url });
    const providers = new Map([
      ['local', local],
      ['openai', createOpenAi({})],
    ]);
    await refreshInventories(providers.values());
    const prices = createPriceBook();
    const routed = (model: string, path = CHAT): unknown[] => {
      const route = routeByModel(model, path, providers, { catalog: NO_CATALOG, prices });
      return [route?.provider.name, route?.model];
    };
    assert.deepEqual(routed('gpt-4o'), ['local', 'gpt-4o']);
    assert.deepEqual(routed('llama3'), ['local', 'llama3:latest']);
    assert.deepEqual(routed('gpt-4o-mini'), ['openai', 'gpt-4o-mini']);
    assert.deepEqual(routed('mistral'), [undefined, undefined]);
    const listed = listModels(providers, { catalog: NO_CATALOG, prices }, () => true).data;
    assert.deepEqual(
      listed.filter(({ id }) => id === 'gpt-4o' || id === 'llama3:latest').map(({ owned_by }) => owned_by),
      ['local', 'local'],
    );
  });

  it('offers what the configuration lists, if it does, without asking', () => {
    const provider = createLocal({ upstream: url, models: ['phi4'] });
    assert.deepEqual([provider.inventory, provider.models], [undefined, ['phi4']]);
  });

  it('passes everything on, as nothing costs anything, and no key that is for somebody else', async () => {
    const provider = createLocal({});
    assert.equal(provider.upstream.href, 'http://127.0.0.1:11434/');
    assert.deepEqual(provider.operationOf('POST', CHAT), { kind: 'llm', name: 'chat' });
    assert.deepEqual(provider.operationOf('POST', '/api/chat'), { kind: 'utility' });
    const outgoing: OutgoingCall = {
      path: CHAT,
      headers: ['Authorization', 'Bearer sk-theirs', 'x-api-key', 'theirs', 'Accept', '*/*'],
      body: Buffer.alloc(0),
    };
    await provider.authenticate(outgoing);
    assert.deepEqual(outgoing.headers, ['Accept', '*/*']);
  });
});
