import assert from 'node:assert/strict';
import {
  costOf,
  createChangingPriceBook,
  createPriceBook,
  NO_USAGE,
  type PriceBook,
} from '../pricing/index.ts';
import { blankEntry, type CatalogEntry } from '../storage/catalog-store.ts';
import { CatalogIndex } from './catalog-index.ts';
import { withCatalogPrices } from './catalog-prices.ts';

const entry = (modelId: string, fields: Partial<CatalogEntry> = {}, provider = 'openai'): CatalogEntry => ({
  ...blankEntry({ provider, modelId }, true),
  ...fields,
});
const PRICED = { inputPerMillion: 1, outputPerMillion: 4 };
const book = (entries: readonly CatalogEntry[], base: PriceBook = createPriceBook()): PriceBook => {
  const index = new CatalogIndex({ version: '1', entries });
  return withCatalogPrices(base, () => index);
};
/** USD for a million tokens in and a million out. */
const costIn = (prices: PriceBook, provider: string, modelId: string): number | undefined => {
  const model = prices.find(provider, modelId);
  return model && Number(costOf({ ...NO_USAGE, inputTokens: 1e6, outputTokens: 1e6 }, model)) / 1e9;
};

describe('catalog prices', () => {
  it('come before the configuration’s and the list’s', () => {
    const models = [
      { provider: 'openai', model: 'gpt-4o', input_per_million: 2, output_per_million: 2 },
      { provider: 'openai', model: 'gpt-4o-mini', input_per_million: 3, output_per_million: 3 },
    ];
    const prices = book([entry('gpt-4o', PRICED)], createPriceBook({ models }));
    assert.deepEqual(
      ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1'].map((id) => [
        prices.find('openai', id)?.source,
        costIn(prices, 'openai', id),
      ]),
      [
        ['catalog', 5],
        ['config', 6],
        ['list', 10],
      ],
    );
  });

  it('hold for other spellings, aliases, dates and providers of the family, not for a model listed apart', () => {
    const prices = book([
      entry('gpt-4o', { ...PRICED, aliases: ['omni'] }),
      entry('gemini-2.5-flash', PRICED, 'google'),
    ]);
    for (const id of ['GPT-4o', 'omni', 'gpt-4o-2024-08-06'])
      assert.equal(costIn(prices, 'openai', id), 5, id);
    assert.equal(prices.find('openai', 'gpt-4o-2024-05-13')?.source, 'list');
    assert.equal(costIn(prices, 'gemini-oai', 'models/gemini-2.5-flash'), 5);
  });

  it('are a price for a model that nobody else has one for', () => {
    const prices = book([entry('house-1', PRICED)]);
    assert.equal(costIn(prices, 'openai', 'house-1'), 5);
    assert.equal(costIn(prices, 'anthropic-direct', 'house-1'), 5, 'the id under any provider');
    assert.equal(costIn(prices, 'openai', 'house-2'), undefined);
    assert.deepEqual(
      prices
        .list('openai')
        .filter(({ modelId }) => modelId.startsWith('house'))
        .map(({ modelId }) => modelId),
      ['house-1'],
    );
  });

  it('of nothing are no price: what else is known counts, and unknown is not free', () => {
    const prices = book([entry('gpt-4o'), entry('house-1'), entry('llama3', {}, 'local')]);
    assert.equal(costIn(prices, 'openai', 'gpt-4o'), 12.5);
    assert.equal(prices.find('openai', 'house-1'), undefined);
    assert.equal(costIn(prices, 'local', 'llama3'), 0);
    const named = book([entry('gpt-4o', { displayName: 'Omni', contextWindowTokens: 5 })]).find(
      'openai',
      'gpt-4o',
    );
    assert.deepEqual([named?.displayName, named?.contextWindowTokens, named?.source], ['Omni', 5, 'list']);
  });

  it('of the model that is sent count for one that has none of its own', () => {
    const sent = { providerModelId: 'gpt-4o-mini' };
    assert.equal(costIn(book([entry('house-1', sent)]), 'openai', 'house-1'), 0.75);
    assert.equal(costIn(book([entry('gpt-4o', sent)]), 'openai', 'gpt-4o'), 0.75);
    const models = [{ provider: 'openai', model: 'house-1', input_per_million: 1, output_per_million: 1 }];
    assert.equal(costIn(book([entry('house-1', sent)], createPriceBook({ models })), 'openai', 'house-1'), 2);
  });

  it('take their own discount and everybody’s, and leave another’s discount where they have none', () => {
    const models = [
      {
        provider: 'openai',
        model: 'gpt-4o',
        input_per_million: 1,
        output_per_million: 4,
        discount_percent: 0.2,
      },
    ];
    const base = createPriceBook({ models, discountPercent: 0.5 });
    const costWith = (fields: Partial<CatalogEntry>): number | undefined =>
      costIn(book([entry('gpt-4o', fields)], base), 'openai', 'gpt-4o');
    assert.equal(costWith({}), 2);
    assert.equal(costWith({ discount: 0.1 }), 2.25);
    assert.equal(costWith({ ...PRICED, discount: 0.1 }), 2.25);
    assert.equal(costWith(PRICED), 2.5);
    assert.equal(costIn(book([entry('house-1', PRICED)], base), 'openai', 'house-1'), 2.5);
  });

  it('have a second tier, of all the call’s tokens', () => {
    const high = { inputPerMillionHigh: 10, outputPerMillionHigh: 40, tierThresholdTokens: 200_000 };
    const model = book([entry('house-1', { ...PRICED, ...high })]).find('openai', 'house-1');
    assert.ok(model);
    const costOfInput = (inputTokens: number): bigint => costOf({ ...NO_USAGE, inputTokens }, model);
    assert.equal(costOfInput(200_000), 200_000_000n);
    assert.equal(costOfInput(200_001), 2_000_010_000n);
  });

  it('follow the book and the catalog as they change, but for a snapshot', () => {
    const base = createChangingPriceBook();
    let index = new CatalogIndex({ version: '1', entries: [] });
    const prices = withCatalogPrices(base, () => index);
    const before = prices.snapshot();
    index = new CatalogIndex({ version: '2', entries: [entry('gpt-4o', PRICED)] });
    const between = prices.snapshot();
    base.change({ discountPercent: 0.5 });
    assert.deepEqual(
      [before, between, prices].map((one) => costIn(one, 'openai', 'gpt-4o')),
      [12.5, 5, 2.5],
    );
  });

  it('resolve a bare name: an alias before all, an id in the order of the providers', () => {
    const prices = book([
      entry('gpt-4.1', { aliases: ['gpt-4o', 'smart'] }),
      entry('house-1', PRICED, 'anthropic-direct'),
      entry('claude-sonnet-4-20250514', {}, 'anthropic-direct'),
    ]);
    const resolved = (name: string, providers: readonly string[]): unknown => {
      const { provider, modelId } = prices.resolve(name, providers) ?? {};
      return [provider, modelId];
    };
    const all = ['openai', 'anthropic-vertex', 'anthropic-direct'];
    assert.deepEqual(resolved('smart', all), ['openai', 'gpt-4.1']);
    assert.deepEqual(resolved('gpt-4o', all), ['openai', 'gpt-4.1']);
    assert.deepEqual(resolved('house-1', all), ['anthropic-direct', 'house-1']);
    const sonnet = 'claude-sonnet-4-20250514';
    assert.deepEqual(resolved(sonnet, all), ['anthropic-vertex', sonnet]);
    assert.deepEqual(resolved('claude-sonnet-4', all), ['anthropic-vertex', sonnet]);
    assert.deepEqual(resolved('house-2', all), [undefined, undefined]);
    assert.deepEqual(resolved('house-1', ['openai']), [undefined, undefined]);
  });
});
