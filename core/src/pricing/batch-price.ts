import type { PricedModel } from './model-price.ts';
import { pricedTimes } from './price-times.ts';

/**
 * The model at the price of a batch: half, for every kind of token, on top of every discount.
 * https://platform.openai.com/docs/guides/batch and
 * https://docs.anthropic.com/en/docs/build-with-claude/batch-processing#pricing
 */
export function atBatchPrice(model: PricedModel): PricedModel {
  return pricedTimes(model, 1n, 2n);
}
