import assert from 'node:assert/strict';
import { CatalogIndex, NO_CATALOG } from '../../catalog/catalog-index.ts';
import { withCatalogPrices } from '../../catalog/catalog-prices.ts';
import { createPriceBook } from '../../pricing/index.ts';
import { blankEntry, type CatalogEntry } from '../../storage/catalog-store.ts';
import { createOpenAi } from '../providers/openai.ts';
import { routeAt, type KnownModels } from '../route.ts';
import { knownModel, requestedModel } from './model.ts';
import { pricedModel } from './priced.ts';

const unknown = (model: string): object => ({
  type: 'invalid_request_error',
  status: 400,
  message: `unknown model: ${model}`,
});

describe('model known and enabled', () => {
  const with_ = (...entries: readonly CatalogEntry[]): KnownModels => {
    const catalog = new CatalogIndex({ version: '1', entries });
    return { catalog, prices: withCatalogPrices(createPriceBook(), () => catalog) };
  };
  const entry = (modelId: string, fields: Partial<CatalogEntry> = {}): CatalogEntry => ({
    ...blankEntry({ provider: 'openai', modelId }, true),
    ...fields,
  });
  const check = (asked: string, known: KnownModels, models?: readonly string[]): void =>
    knownModel(asked, routeAt(createOpenAi(models ? { models } : {}), asked, known), known.prices);

  it('needs a request that names one', () => {
    assert.equal(requestedModel({ model: 'gpt-4o' }), 'gpt-4o');
    for (const json of [{}, { model: '' }, { model: 5 }, { model: null }]) {
      assert.throws(() => requestedModel(json), {
        type: 'invalid_request_error',
        message: 'missing or invalid model field',
      });
    }
  });

  it('lets a model through that has a price, is listed, or has an entry', () => {
    check('gpt-4o', { catalog: NO_CATALOG, prices: createPriceBook() });
    check('house-1', with_(), ['house-1']);
    check('house-1', with_(entry('house-1')));
    assert.throws(() => check('house-1', with_()), unknown('house-1'));
  });

  it('lets none through that the configuration does not list, if it lists some, but under an alias', () => {
    const known = with_(
      entry('gpt-4o-mini', { aliases: ['mini'] }),
      entry('fast', { providerModelId: 'gpt-4o' }),
    );
    check('mini', known, ['gpt-4o-mini']);
    check('fast', known, ['gpt-4o']);
    assert.throws(() => check('fast', known, ['gpt-4o-mini']), unknown('fast'));
    assert.throws(() => check('gpt-4o', known, ['gpt-4o-mini']), unknown('gpt-4o'));
  });

  it('refuses a disabled model as if it were unknown, by every name it has', () => {
    const off = with_(
      entry('gpt-4o', { enabled: false, aliases: ['omni'] }),
      entry('gpt-4.1-2025-04-14', { enabled: false }),
    );
    for (const name of ['gpt-4o', 'GPT-4o', 'omni', 'gpt-4o-2024-08-06', 'gpt-4.1-2025-04-14']) {
      assert.throws(() => check(name, off), unknown(name));
    }
    check('gpt-4o-mini', off);
    const dated = with_(entry('gpt-4o', { enabled: false }), entry('gpt-4o-2024-08-06'));
    check('gpt-4o-2024-08-06', dated);
  });

  it('repeats the name within bounds, on one line', () => {
    const name = `x\r\n${'y'.repeat(300)}`;
    assert.throws(() => check(name, with_()), unknown(`x\uFFFD\uFFFD${'y'.repeat(125)}`));
  });
});

describe('model is priced', () => {
  it('is so by the list, and not where nothing has a price for it', () => {
    const prices = createPriceBook();
    const known = { catalog: NO_CATALOG, prices };
    const provider = createOpenAi({ models: ['house-1'] });
    assert.equal(pricedModel(routeAt(provider, 'gpt-4o', known), prices).modelId, 'gpt-4o');
    assert.throws(() => pricedModel(routeAt(provider, 'house-1', known), prices), {
      type: 'pricing_not_configured',
      status: 402,
      message: /^model house-1 of openai has no price: add one under pricing\.models/,
    });
  });
});
