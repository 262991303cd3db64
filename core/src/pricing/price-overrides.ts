import { normaliseModelId, undatedModelId } from './model-id.ts';
import type { PricedModel, PriceSource } from './model-price.ts';
import type { ListedModel, PriceList } from './price-list.ts';
import { pricedModelFromOverride } from './price-override.ts';
import type { PriceOverride } from './price-override.ts';
import { priceFamilyOf } from './provider-families.ts';

/** One model's prices over time: ascending by `validFromUnixMs`, never empty. */
export type PriceSeries = readonly [PricedModel, ...PricedModel[]];

/** The overrides of one source, ready to be looked up. Of two for the same id the later one counts. */
export interface OverrideLayer {
  readonly entries: readonly OverrideEntry[];
  /** Under any of these provider names: by id, other spelling, or without its date. */
  find(providers: readonly string[], modelId: string): PriceSeries | undefined;
  findUnderAnyProvider(modelId: string): PriceSeries | undefined;
}

export interface OverrideEntry {
  readonly provider: string;
  readonly modelId: string;
  readonly aliases: readonly string[];
  readonly series: PriceSeries;
}

export interface OverrideLayerOptions {
  readonly source: PriceSource;
  /** Names the list in errors, e.g. `pricing.models`. */
  readonly where: string;
  readonly list: PriceList;
  readonly globalDiscountPpb: bigint;
  /** What a cached Gemini token costs, in parts per billion of input; `undefined`: as the list and the rules say. */
  readonly geminiCacheReadPpb?: bigint | undefined;
}

const ANY_PROVIDER = '*';

/** @throws RangeError that names the entry and key which is no price. */
export function createOverrideLayer(
  overrides: readonly PriceOverride[],
  options: OverrideLayerOptions,
): OverrideLayer {
  const { list } = options;
  const byKey = new Map<string, OverrideEntry>();
  const entries = overrides.map((override, index) => {
    const entry = entryFrom(override, `${options.where}[${index}]`, options);
    for (const id of [override.model, ...(override.aliases ?? [])]) {
      byKey.set(`${override.provider}\n${normaliseModelId(id)}`, entry);
      byKey.set(`${ANY_PROVIDER}\n${normaliseModelId(id)}`, entry);
    }
    return entry;
  });

  const find = (providers: readonly string[], modelId: string): PriceSeries | undefined => {
    const key = normaliseModelId(modelId);
    for (const provider of providers) {
      const exact = byKey.get(`${provider}\n${key}`);
      if (exact) return exact.series;
      const undated = byKey.get(`${provider}\n${undatedModelId(key)}`);
      if (undated && !areTwoListedModels(list, undated, modelId)) return undated.series;
    }
    return undefined;
  };
  return { entries, find, findUnderAnyProvider: (modelId) => find([ANY_PROVIDER], modelId) };
}

function entryFrom(override: PriceOverride, where: string, options: OverrideLayerOptions): OverrideEntry {
  for (const key of ['provider', 'model'] as const) {
    if (typeof override[key] !== 'string' || override[key] === '') {
      throw new RangeError(`${where}.${key} is missing: say whose price this is`);
    }
  }
  const { source, globalDiscountPpb, geminiCacheReadPpb } = options;
  const builtIns = builtInOf(options.list, override.provider, override.model)?.prices ?? [undefined];
  const [first, ...later] = builtIns.map((builtIn) =>
    pricedModelFromOverride(override, { builtIn, source, globalDiscountPpb, geminiCacheReadPpb, where }),
  );
  if (!first) throw new Error(`the price list has a model without prices: ${override.model}`);
  return {
    provider: override.provider,
    modelId: override.model,
    aliases: override.aliases ?? [],
    series: [first, ...later],
  };
}

/** `gpt-4o-2024-05-13` has a price of its own, so an override of `gpt-4o` is not about it. */
function areTwoListedModels(list: PriceList, undated: OverrideEntry, modelId: string): boolean {
  const requested = builtInOf(list, undated.provider, modelId);
  return requested !== undefined && requested !== builtInOf(list, undated.provider, undated.modelId);
}

function builtInOf(list: PriceList, provider: string, modelId: string): ListedModel | undefined {
  const family = priceFamilyOf(provider);
  return family && list.find(family, modelId);
}
