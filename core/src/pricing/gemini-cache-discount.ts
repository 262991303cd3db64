import { scaled } from './cache-price-rules.ts';
import type { ModelPrice, Rates } from './model-price.ts';
import type { ListedModel, PriceList } from './price-list.ts';
import { discountPpbFrom } from './price-override.ts';

const PPB = 1_000_000_000n;

/** `gemini_cache_discount` in parts per billion of the input price. @throws RangeError unless it is from 0 to 1. */
export function geminiCacheReadPpbFrom(fraction: number | undefined): bigint | undefined {
  return fraction === undefined ? undefined : discountPpbFrom(fraction, 'gemini_cache_discount');
}

/** The list with every cached Gemini token at this fraction of input, as `gemini_cache_discount` asks. */
export function withGeminiCacheReads(list: PriceList, fractionPpb: bigint): PriceList {
  const readsAt = (rates: Rates): Rates => ({ ...rates, cacheRead: scaled(rates.input, fractionPpb, PPB) });
  const priceAt = (price: ModelPrice): ModelPrice => ({
    ...price,
    rates: readsAt(price.rates),
    tiers: price.tiers.map((tier) => ({ ...tier, rates: readsAt(tier.rates) })),
  });
  const changed = new Map<ListedModel, ListedModel>();
  for (const model of list.models.filter(({ family }) => family === 'google')) {
    changed.set(model, { ...model, prices: model.prices.map(priceAt) });
  }
  const current = (model: ListedModel): ListedModel => changed.get(model) ?? model;
  return {
    sources: list.sources,
    models: list.models.map(current),
    find(family, modelId) {
      const model = list.find(family, modelId);
      return model && current(model);
    },
  };
}
