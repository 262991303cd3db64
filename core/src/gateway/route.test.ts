import assert from 'node:assert/strict';
import { createPriceBook } from '../pricing/index.ts';
import { createAnthropicDirect } from './providers/anthropic-direct.ts';
import { createOpenAi } from './providers/openai.ts';
import type { Provider } from './providers/provider.ts';
import { isGatewayPath, routeByModel, targetOf } from './route.ts';

const providers = new Map<string, Provider>(
  [createOpenAi({}), createAnthropicDirect({})].map((provider) => [provider.name, provider]),
);
const prices = createPriceBook({});

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
      const route = routeByModel(model, path, providers, prices);
      return route && [route.provider.name, route.model];
    };
    assert.deepEqual(of('gpt-4o-mini', '/v1/chat/completions'), ['openai', 'gpt-4o-mini']);
    assert.deepEqual(of('claude-sonnet-4-20250514', '/v1/messages'), [
      'anthropic-direct',
      'claude-sonnet-4-20250514',
    ]);
    assert.equal(of('gpt-4o-mini', '/v1/messages'), undefined);
    assert.equal(of('claude-sonnet-4-20250514', '/v1/chat/completions'), undefined);
    assert.equal(of('no-such-model', '/v1/chat/completions'), undefined);
  });

  it('takes a configured list of models at its word, also for a model without a price', () => {
    const narrow = createOpenAi({ models: ['gpt-4o-mini', 'house-model'] });
    const only = new Map([[narrow.name, narrow]]);
    assert.equal(routeByModel('house-model', '/v1/chat/completions', only, prices)?.model, 'house-model');
    assert.equal(routeByModel('gpt-4o', '/v1/chat/completions', only, prices), undefined);
  });
});
