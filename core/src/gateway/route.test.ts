import assert from 'node:assert/strict';
import { CatalogIndex, NO_CATALOG } from '../catalog/catalog-index.ts';
import { withCatalogPrices } from '../catalog/catalog-prices.ts';
import { createPriceBook } from '../pricing/index.ts';
import { blankEntry, type CatalogEntry } from '../storage/catalog-store.ts';
import { createAnthropicDirect } from './providers/anthropic-direct.ts';
import { createOpenAi } from './providers/openai.ts';
import type { Provider } from './providers/provider.ts';
import { isGatewayPath, routeAt, routeByModel, targetOf, type KnownModels } from './route.ts';

const providers = new Map<string, Provider>(
  [createOpenAi({}), createAnthropicDirect({})].map((provider) => [provider.name, provider]),
);
const prices = createPriceBook({});
const known: KnownModels = { catalog: NO_CATALOG, prices };

describe('route', () => {
  it('takes /proxy and the endpoints that go by the model, and nothing that looks like them', () => {
    for (const url of [
      '/proxy/openai/v1/models',
      '/proxy/',
      '/v1/chat/completions',
      '/v1/completions?x=1',
      '/v1/embeddings',
      '/v1/responses',
      '/v1/messages',
    ]) {
      assert.equal(isGatewayPath(url), true, url);
    }
    for (const url of [
      '/',
      '/proxyx/openai',
      '/v1/models',
      '/v1/chat/completions/',
      '//v1/messages',
      '/V1/messages',
    ]) {
      assert.equal(isGatewayPath(url), false, url);
    }
  });

  it('cuts the provider’s own path and query off', () => {
    const target = targetOf('/proxy/openai/v1/models?limit=5&after=%2Fx', providers);
    assert.deepEqual(
      [target.provider?.name, target.path, target.pathAndQuery],
      ['openai', '/v1/models', '/v1/models?limit=5&after=%2Fx'],
    );
  });

  it('changes nothing about a path, however odd: no dots, slashes or escapes are resolved', () => {
    for (const path of [
      '/v1/files/../chat/completions',
      '/v1/%2e%2e/x',
      '//v1//x',
      '/v1/chat/completions/.',
    ]) {
      assert.equal(targetOf(`/proxy/openai${path}`, providers).path, path);
    }
  });

  it('leaves the provider open where the model decides', () => {
    assert.deepEqual(targetOf('/v1/messages?beta=true', providers), {
      path: '/v1/messages',
      pathAndQuery: '/v1/messages?beta=true',
    });
  });

  it('refuses an unknown provider, naming those there are', () => {
    for (const url of [
      '/proxy/',
      '/proxy/nobody/v1/models',
      '/proxy/OpenAI/v1/models',
      '/proxy/openai%2f/v1',
      '/proxy//v1',
      '/proxy/__proto__/v1',
    ]) {
      assert.throws(() => targetOf(url, providers), {
        type: 'invalid_request_error',
        message: /unknown provider .*openai, anthropic-direct/,
      });
    }
  });

  /** The query used to be looked at for the path: `/proxy/openai?/v1/chat/completions` was a chat completion. */
  it('refuses a request with no path behind the provider, whatever its query says', () => {
    for (const url of [
      '/proxy/openai',
      '/proxy/openai/',
      '/proxy/openai?x=1',
      '/proxy/openai/?/v1/models',
      '/proxy/openai?/v1/models',
    ]) {
      assert.throws(
        () => targetOf(url, providers),
        { type: 'invalid_request_error', message: /no path behind/ },
        url,
      );
    }
  });

  it('finds who offers a model on a path', () => {
    const of = (model: string, path: string) => {
      const route = routeByModel(model, path, providers, known);
      return route && [route.provider.name, route.model];
    };
    assert.deepEqual(of('gpt-4o-mini', '/v1/chat/completions'), ['openai', 'gpt-4o-mini']);
    assert.deepEqual(of('claude-sonnet-4-20250514', '/v1/messages'), [
      'anthropic-direct',
      'claude-sonnet-4-20250514',
    ]);
    assert.deepEqual(of('gpt-4o-mini', '/v1/messages'), ['openai', 'gpt-4o-mini']);
    assert.equal(of('claude-sonnet-4-20250514', '/v1/chat/completions'), undefined);
    assert.equal(of('no-such-model', '/v1/chat/completions'), undefined);
  });

  describe('with a catalog', () => {
    const entry = (provider: string, modelId: string, fields: Partial<CatalogEntry> = {}): CatalogEntry => ({
      ...blankEntry({ provider, modelId }, true),
      ...fields,
    });
    const knowing = (...entries: readonly CatalogEntry[]): KnownModels => {
      const catalog = new CatalogIndex({ version: '1', entries });
      return { catalog, prices: withCatalogPrices(prices, () => catalog) };
    };
    const at = (asked: string, entries: readonly CatalogEntry[], provider = createAnthropicDirect({})) => {
      const { model, sentAs, entry: found } = routeAt(provider, asked, knowing(...entries));
      return [model, sentAs, found?.modelId];
    };
    const SONNET = 'claude-sonnet-4-20250514';

    it('prices a model by its id and asks for it by the provider’s', () => {
      const house = entry('anthropic-direct', 'house', { aliases: ['fast'], providerModelId: SONNET });
      assert.deepEqual(at('house', [house]), ['house', SONNET, 'house']);
      assert.deepEqual(at('fast', [house]), ['house', SONNET, 'house']);
      assert.deepEqual(at(SONNET, [house]), [SONNET, SONNET, undefined]);
    });

    it('sends another spelling and another date as they were written', () => {
      const opus = entry('anthropic-direct', 'claude-opus-4-7');
      for (const asked of ['claude-opus-4.7', 'claude-opus-4-7-20260416']) {
        assert.deepEqual(at(asked, [opus]), [asked, asked, 'claude-opus-4-7']);
      }
    });

    it('finds the entry of the dated id that an undated name means', () => {
      assert.deepEqual(at('claude-sonnet-4', [entry('anthropic-direct', SONNET)]), [
        ...['claude-sonnet-4', 'claude-sonnet-4'],
        SONNET,
      ]);
    });

    it('goes by an alias also where the configuration lists the models', () => {
      const mini = entry('openai', 'gpt-4o-mini', { aliases: ['mini'] });
      const only = createOpenAi({ models: ['gpt-4o-mini'] });
      const path = '/v1/chat/completions';
      const route = routeByModel('mini', path, new Map([[only.name, only]]), knowing(mini));
      assert.deepEqual([route?.model, route?.sentAs], ['gpt-4o-mini', 'gpt-4o-mini']);
    });

    it('finds nobody where all who offer the model have it switched off', () => {
      const off = entry('openai', 'gpt-4o', { enabled: false });
      for (const asked of ['gpt-4o', 'gpt-4o-2024-08-06']) {
        assert.equal(routeByModel(asked, '/v1/chat/completions', providers, knowing(off)), undefined);
      }
    });

    it('asks the provider in the region that the entry names', () => {
      const there = createAnthropicDirect({ upstream: 'http://there.example' });
      const here = { ...createAnthropicDirect({}), inRegion: () => there };
      const placed = (region: string): Provider =>
        routeAt(here, SONNET, knowing(entry('anthropic-direct', SONNET, { region }))).provider;
      assert.equal(placed('eu-1'), there);
      assert.equal(placed(''), here);
    });
  });

  it('takes a configured list of models at its word, also for a model without a price', () => {
    const narrow = createOpenAi({ models: ['gpt-4o-mini', 'house-model'] });
    const only = new Map([[narrow.name, narrow]]);
    assert.equal(routeByModel('house-model', '/v1/chat/completions', only, known)?.model, 'house-model');
    assert.equal(routeByModel('gpt-4o', '/v1/chat/completions', only, known), undefined);
  });
});
