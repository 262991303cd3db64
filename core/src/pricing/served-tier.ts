import { pricedTimes } from './price-times.ts';
import type { PricedModel } from './model-price.ts';

/** How an answer was served, where its provider says so and what that costs is a published share of the list price. */
export type ServedTier = 'flex' | 'us';

/**
 * The model at the price of a tier, for every kind of token, on top of every discount.
 *
 * - `flex`, slower: half. https://developers.openai.com/api/docs/guides/flex-processing and
 *   https://ai.google.dev/gemini-api/docs/optimization
 * - `us`, Claude in the United States alone: 1.1 times. https://platform.claude.com/docs/en/about-claude/pricing
 */
export function atTier(model: PricedModel, tier: ServedTier | undefined): PricedModel {
  switch (tier) {
    case 'flex':
      return pricedTimes(model, 1n, 2n);
    case 'us':
      return pricedTimes(model, 11n, 10n);
    case undefined:
      return model;
  }
}
