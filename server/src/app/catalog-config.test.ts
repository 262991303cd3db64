import assert from 'node:assert/strict';
import { blankEntry } from '@candela/core/storage';
import { catalog, catalogConfigFrom } from './catalog-config.ts';

describe('catalog in the configuration', () => {
  const refused = (settings: unknown): readonly string[] =>
    (catalog.safeParse(settings).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  const key = { provider: 'openai', model_id: 'gpt-4o' };
  const entry = blankEntry({ provider: 'openai', modelId: 'gpt-4o' }, true);

  it('is read from the file unless it says otherwise', () => {
    assert.deepEqual(catalogConfigFrom(undefined), { backend: 'config', models: [] });
    assert.deepEqual(catalogConfigFrom({ backend: 'config' }), { backend: 'config', models: [] });
    assert.deepEqual(catalogConfigFrom({ backend: 'store' }), { backend: 'store' });
  });

  it('has models that are enabled and open to all unless they say otherwise', () => {
    assert.deepEqual(catalogConfigFrom(catalog.parse({ models: [key] })), {
      backend: 'config',
      models: [entry],
    });
  });

  it('takes every field of an entry', () => {
    const model = {
      ...{ ...key, enabled: false, display_name: 'Omni', category: 'chat', context_window: 128_000 },
      ...{
        input_per_million: 1,
        output_per_million: 2,
        input_per_million_high: 3,
        output_per_million_high: 4,
      },
      ...{ tier_threshold_tokens: 200_000, discount_percent: 0.1, aliases: ['o'], provider_model_id: 'x' },
      ...{ region: 'europe-west1', allowed_tenants: ['acme'], required_access: ['beta'] },
    };
    assert.deepEqual(catalogConfigFrom(catalog.parse({ backend: 'config', models: [model] })), {
      backend: 'config',
      models: [
        {
          ...{ provider: 'openai', modelId: 'gpt-4o', enabled: false, displayName: 'Omni', category: 'chat' },
          ...{ contextWindowTokens: 128_000, inputPerMillion: 1, outputPerMillion: 2 },
          ...{ inputPerMillionHigh: 3, outputPerMillionHigh: 4, tierThresholdTokens: 200_000 },
          ...{ discount: 0.1, aliases: ['o'], providerModelId: 'x', region: 'europe-west1' },
          ...{ allowedTenants: ['acme'], requiredAccess: ['beta'] },
        },
      ],
    });
  });

  it('refuses models beside a store, one model twice, and what can be no value', () => {
    assert.match(refused({ backend: 'store', models: [key] })[0] ?? '', /^models: is for backend config/);
    assert.match(refused({ models: [key, key] })[0] ?? '', /^models\.1\.model_id: openai has gpt-4o twice/);
    assert.match(refused({ models: [{ ...key, region: 'a/b' }] })[0] ?? '', /^models\.0\.region: /);
    assert.match(refused({ models: [{ ...key, discount_percent: 20 }] })[0] ?? '', /discount_percent/);
    assert.match(refused({ models: [{ ...key, allowed_tenants: ['a b'] }] })[0] ?? '', /allowed_tenants/);
    assert.match(refused({ models: [{ ...key, tags: [] }] })[0] ?? '', /tags/);
    assert.match(refused({ backend: 'firestore' })[0] ?? '', /^backend: /);
  });
});
