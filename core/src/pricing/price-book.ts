import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { BoundedCache } from './bounded-cache.ts';
import { geminiCacheReadPpbFrom, withGeminiCacheReads } from './gemini-cache-discount.ts';
import { MAX_MODEL_ID_LENGTH } from './model-id.ts';
import { modelOfferOf, targetAmong } from './model-offers.ts';
import type { ModelOffer, ModelTarget } from './model-offers.ts';
import type { PricedModel } from './model-price.ts';
import { builtInPriceList } from './price-list.ts';
import type { PriceList } from './price-list.ts';
import { createPriceLookup } from './price-lookup.ts';
import { discountPpbFrom } from './price-override.ts';
import type { PriceOverride } from './price-override.ts';
import { createOverrideLayer } from './price-overrides.ts';
import type { PriceSeries } from './price-overrides.ts';
import { LOCAL_PROVIDER, PRICE_FAMILIES, priceFamilyOf } from './provider-families.ts';

/** Every price this process charges, as it is in force now. */
export interface PriceBook {
  /**
   * The price of a model as a provider's path and a caller name it, at this moment; `undefined` means it is not
   * priced, never that it is free. Sources in order: catalog, configuration, extra models, built-in list; each
   * by exact provider and id, then alias, other spelling and undated id; then the id under any provider.
   */
  find(provider: string, modelId: string): PricedModel | undefined;
  /**
   * The provider and full id a bare model name means among the models these providers offer, the first
   * provider winning; without providers, among all families. Never `local`: what runs there has no list. See
   * `resolveModelId` for how a prefix is read.
   */
  resolve(modelId: string, providers?: readonly string[]): ResolvedModel | undefined;
  /** Every priced model of a provider by the ids it answers to, for `/v1/models`; sorted, no id twice. */
  list(provider: string): readonly PricedModel[];
  /** The book as configured at this moment, which no later change touches: what a call is admitted with. */
  snapshot(): PriceBook;
  /** The discount on everything, in parts per billion, 0 to 1 000 000 000. */
  readonly globalDiscountPpb: bigint;
}

export interface ResolvedModel {
  readonly provider: string;
  readonly modelId: string;
  readonly model: PricedModel;
}

export interface PriceBookOptions {
  /** `pricing.models` of the configuration. */
  readonly models?: readonly PriceOverride[] | undefined;
  /** `pricing.discount_percent`: a fraction from 0 to 1 off every price. */
  readonly discountPercent?: number | undefined;
  /** The admin's catalog, where a store has one; comes before `models`. */
  readonly catalog?: readonly PriceOverride[] | undefined;
  /** Models of providers the list does not know; come after `models`. */
  readonly extraModels?: readonly PriceOverride[] | undefined;
  /** `gemini_cache_discount`: what a cached Gemini token costs as a fraction of input, where an entry says nothing. */
  readonly geminiCacheReadFraction?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Defaults to the built-in one. */
  readonly list?: PriceList | undefined;
}

const CACHED_LOOKUPS = 4096;
const CACHED_OFFERS = 64;

/**
 * A book that never changes; see `createChangingPriceBook` for one that does.
 *
 * @throws RangeError that names the entry and key of the configuration which is no price.
 */
export function createPriceBook(options: PriceBookOptions = {}): PriceBook {
  const { clock = systemClock } = options;
  const listed = options.list ?? builtInPriceList();
  const geminiCacheReadPpb = geminiCacheReadPpbFrom(options.geminiCacheReadFraction);
  const list = geminiCacheReadPpb === undefined ? listed : withGeminiCacheReads(listed, geminiCacheReadPpb);
  const globalDiscountPpb = discountPpbFrom(options.discountPercent ?? 0, 'pricing.discount_percent');
  const shared = { list, globalDiscountPpb, geminiCacheReadPpb };
  const layers = [
    createOverrideLayer(options.catalog ?? [], { source: 'catalog', where: 'catalog', ...shared }),
    createOverrideLayer(options.models ?? [], { source: 'config', where: 'pricing.models', ...shared }),
    createOverrideLayer(options.extraModels ?? [], { source: 'extra', where: 'extra models', ...shared }),
  ];
  const lookUp = createPriceLookup(layers, list, globalDiscountPpb);
  const found = new BoundedCache<PriceSeries | undefined>(CACHED_LOOKUPS);
  const targets = new BoundedCache<ModelTarget | undefined>(CACHED_LOOKUPS);
  const modelOffers = new BoundedCache<ModelOffer>(CACHED_OFFERS);

  const find = (provider: string, modelId: string): PricedModel | undefined => {
    if (modelId === '' || modelId.length > MAX_MODEL_ID_LENGTH) return undefined;
    const series = found.getOrMake(`${provider}\n${modelId}`, () => lookUp(provider, modelId));
    return series && inForce(series, clock.nowUnixMs());
  };

  const offerOf = (provider: string): ModelOffer =>
    modelOffers.getOrMake(provider, () => modelOfferOf(provider, list, layers));

  /** Whether the price is the provider's own, so that it can be expected to serve the model. */
  const isServedBy = (provider: string, modelId: string): boolean => {
    const model = find(provider, modelId);
    if (!model || provider === LOCAL_PROVIDER) return false;
    return model.provider === provider || model.provider === priceFamilyOf(provider);
  };

  /** An id no list has yet, such as a new date, is asked for as it is. */
  const targetByPrice = (modelId: string, providers: readonly string[]): ModelTarget | undefined => {
    const provider = providers.find((name) => isServedBy(name, modelId));
    return provider === undefined ? undefined : { provider, modelId };
  };

  const book: PriceBook = {
    find,
    globalDiscountPpb,
    resolve(modelId, providers = PRICE_FAMILIES) {
      if (modelId === '' || modelId.length > MAX_MODEL_ID_LENGTH) return undefined;
      const target =
        targets.getOrMake(`${providers.join(',')}\n${modelId}`, () =>
          targetAmong(providers.map(offerOf), modelId),
        ) ?? targetByPrice(modelId, providers);
      const model = target && find(target.provider, target.modelId);
      return target && model && { ...target, model };
    },
    list: (provider) =>
      offerOf(provider).ids.flatMap(({ modelId }) => {
        const model = find(provider, modelId);
        return model ? [{ ...model, modelId }] : [];
      }),
    snapshot: () => book,
  };
  return book;
}

function inForce(series: PriceSeries, nowUnixMs: number): PricedModel {
  if (series.length === 1) return series[0];
  return series.findLast(({ validFromUnixMs = -Infinity }) => validFromUnixMs <= nowUnixMs) ?? series[0];
}
