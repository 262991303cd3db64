import type { PricedModel, Rates } from './model-price.ts';
import type { ListedModel, PriceList } from './price-list.ts';
import type { OverrideLayer, PriceSeries } from './price-overrides.ts';
import { LOCAL_PROVIDER, PRICE_FAMILIES, priceFamilyOf } from './provider-families.ts';

/** The prices over time of a model as a provider and an id name it; nothing is remembered between calls. */
export type PriceLookup = (provider: string, modelId: string) => PriceSeries | undefined;

/**
 * Looks in the layers, first one first, then in the list: under the provider's own name and family, and only
 * when none of them knows the id, under any other.
 */
export function createPriceLookup(
  layers: readonly OverrideLayer[],
  list: PriceList,
  globalDiscountPpb: bigint,
): PriceLookup {
  const seriesByModel = new Map<ListedModel, PriceSeries>();
  const seriesOf = (listed: ListedModel): PriceSeries => {
    const known = seriesByModel.get(listed);
    if (known) return known;
    const terms = { source: 'list', discountPpb: 0n, globalDiscountPpb } as const;
    const [first, ...later] = listed.prices.map((price): PricedModel => ({ ...price, ...terms }));
    if (!first) throw new Error(`the price list has a model without prices: ${listed.modelId}`);
    const series: PriceSeries = [first, ...later];
    seriesByModel.set(listed, series);
    return series;
  };

  return (provider, modelId) => {
    if (provider === LOCAL_PROVIDER) return [freeModel(modelId)];
    const family = priceFamilyOf(provider);
    const names = family === undefined ? [provider] : [provider, family];
    const own = firstFound(layers, (layer) => layer.find(names, modelId));
    if (own) return own;
    const listed = family && list.find(family, modelId);
    if (listed) return seriesOf(listed);
    const anywhere = firstFound(layers, (layer) => layer.findUnderAnyProvider(modelId));
    if (anywhere) return anywhere;
    const elsewhere = firstFound(PRICE_FAMILIES, (other) => list.find(other, modelId));
    return elsewhere && seriesOf(elsewhere);
  };
}

function firstFound<Place, Found>(
  places: readonly Place[],
  search: (place: Place) => Found | undefined,
): Found | undefined {
  for (const place of places) {
    const found = search(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

const FREE: Rates = { input: 0n, output: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n };

function freeModel(modelId: string): PricedModel {
  return {
    provider: LOCAL_PROVIDER,
    modelId,
    rates: FREE,
    tiers: [],
    source: 'local',
    discountPpb: 0n,
    globalDiscountPpb: 0n,
  };
}
