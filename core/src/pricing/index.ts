export { atBatchPrice } from './batch-price.ts';
export { costOf } from './calculator.ts';
export { createChangingPriceBook } from './changing-price-book.ts';
export type { ChangingPriceBook, PriceSources } from './changing-price-book.ts';
export { inputTokenBound } from './input-token-bound.ts';
export type {
  ModelPrice,
  NanoUsdPerMillionTokens,
  PricedModel,
  PriceSource,
  PriceTier,
  Rates,
} from './model-price.ts';
export { normaliseModelId, undatedModelId } from './model-id.ts';
export { outputTokenCap } from './output-token-cap.ts';
export { createPriceBook } from './price-book.ts';
export type { PriceBook, PriceBookOptions, ResolvedModel } from './price-book.ts';
export { builtInPriceList } from './price-list.ts';
export type { PriceList } from './price-list.ts';
export { discountPpbFrom, pricedModelFromOverride } from './price-override.ts';
export type { PriceOverride } from './price-override.ts';
export { LOCAL_PROVIDER, priceFamilyOf } from './provider-families.ts';
export type { PriceFamily } from './provider-families.ts';
export { resolveModelId } from './resolve-model-id.ts';
export { atTier } from './served-tier.ts';
export type { ServedTier } from './served-tier.ts';
export { addUsage, NO_USAGE } from './token-usage.ts';
export type { TokenUsage } from './token-usage.ts';
export { worstCostOf } from './worst-cost.ts';
export type { WorstCase } from './worst-cost.ts';
