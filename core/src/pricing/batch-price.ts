import type { PricedModel } from './model-price.ts';

const PPB = 1_000_000_000n;

/**
 * The model at the price of a batch: half, for every kind of token, on top of every discount.
 * https://platform.openai.com/docs/guides/batch and
 * https://docs.anthropic.com/en/docs/build-with-claude/batch-processing#pricing
 *
 * A discount whose ninth digit is odd is taken half a part per billion too high.
 */
export function atBatchPrice(model: PricedModel): PricedModel {
  return { ...model, discountPpb: PPB - (PPB - model.discountPpb) / 2n };
}
