import type { PricedModel } from './model-price.ts';

const PPB = 1_000_000_000n;

/**
 * The model at a share of its price, for every kind of token, on top of every discount. A share whose tenth digit
 * counts is taken a part per billion too low.
 */
export function pricedTimes(model: PricedModel, numerator: bigint, denominator: bigint): PricedModel {
  return { ...model, discountPpb: PPB - ((PPB - model.discountPpb) * numerator) / denominator };
}
