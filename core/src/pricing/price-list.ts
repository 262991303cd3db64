import document from '../../gen/price-list.json' with { type: 'json' };
import { withCachePrices } from './cache-price-rules.ts';
import type { StatedRates } from './cache-price-rules.ts';
import { isGlobalBedrockId, normaliseModelId, undatedModelId } from './model-id.ts';
import { matchesModel } from './model-match.ts';
import type { ModelPrice, Rates } from './model-price.ts';
import { priceListSchema } from './price-list-schema.ts';
import type { ListedModelDocument, ModelMatch, StatedRatesDocument } from './price-list-schema.ts';
import type { PriceFamily } from './provider-families.ts';

/** One model of the built-in list with its prices over time. */
export interface ListedModel {
  readonly family: PriceFamily;
  readonly modelId: string;
  readonly callableIds: readonly string[];
  /** Ascending by `validFromUnixMs`, never empty. */
  readonly prices: readonly ModelPrice[];
}

/** The built-in list prices: dated, public, never typed by hand. */
export interface PriceList {
  readonly sources: readonly { readonly name: string; readonly version: string }[];
  readonly models: readonly ListedModel[];
  /** By id, then by any spelling of it, then without its date, then by the list's own matching rule. */
  find(family: PriceFamily, modelId: string): ListedModel | undefined;
}

let loaded: PriceList | undefined;

/**
 * The list this build was made with; read and checked at the first call.
 *
 * @throws ZodError if the generated file is not what `build-price-list` writes: build again.
 */
export function builtInPriceList(): PriceList {
  loaded ??= readPriceList(document);
  return loaded;
}

/** @throws ZodError unless the value has the shape of `priceListSchema`. */
export function readPriceList(value: unknown): PriceList {
  const { models: documents, sources } = priceListSchema.parse(value);
  const byKey = new Map<string, ListedModel>();
  const rules = new Map<PriceFamily, { readonly match: ModelMatch; readonly model: ListedModel }[]>();
  const models = documents.map((entry) => {
    const model = listedModelFrom(entry);
    rules.set(model.family, [...(rules.get(model.family) ?? []), { match: entry.match, model }]);
    return model;
  });

  const addKeys = (keysOf: (id: string) => string): void => {
    for (const model of models) {
      for (const id of [model.modelId, ...model.callableIds]) {
        const key = `${model.family}/${keysOf(id)}`;
        if (!byKey.has(key)) byKey.set(key, model);
      }
    }
  };
  // The exact spellings of all models come first, so that no looser key of one model hides another's id.
  addKeys((id) => id);
  addKeys(looseKey);
  addKeys((id) => undatedModelId(looseKey(id)));

  return {
    sources,
    models,
    find(family, modelId) {
      const key = looseKey(modelId);
      const lowerCase = modelId.toLowerCase();
      return (
        byKey.get(`${family}/${modelId}`) ??
        byKey.get(`${family}/${key}`) ??
        byKey.get(`${family}/${undatedModelId(key)}`) ??
        rules.get(family)?.find(({ match }) => matchesModel(match, lowerCase))?.model
      );
    },
  };
}

function looseKey(modelId: string): string {
  const normalised = normaliseModelId(modelId);
  return isGlobalBedrockId(modelId) ? `global.${normalised}` : normalised;
}

function listedModelFrom(entry: ListedModelDocument): ListedModel {
  const { family, id, callableIds, displayName, contextWindowTokens, maxOutputTokens } = entry;
  const ratesFrom = (rates: StatedRatesDocument): Rates =>
    withCachePrices(statedRatesFrom(rates), family, id);
  const prices = entry.periods.map((period) => ({
    provider: family,
    modelId: id,
    ...(displayName !== undefined && { displayName }),
    ...(contextWindowTokens !== undefined && { contextWindowTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    rates: ratesFrom(period.rates),
    tiers: period.tiers.map((tier) => ({
      aboveInputTokens: tier.aboveInputTokens,
      rates: ratesFrom(tier.rates),
    })),
    ...(period.from !== undefined && { validFromUnixMs: Date.parse(period.from) }),
  }));
  return { family, modelId: id, callableIds, prices };
}

function statedRatesFrom(rates: StatedRatesDocument): StatedRates {
  const optional = (digits: string | undefined): bigint | undefined =>
    digits === undefined ? undefined : BigInt(digits);
  return {
    input: BigInt(rates.input),
    output: BigInt(rates.output),
    cacheRead: optional(rates.cacheRead),
    cacheWrite5m: optional(rates.cacheWrite5m),
    cacheWrite1h: optional(rates.cacheWrite1h),
  };
}
