import type { PriceBook, PricedModel } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import type { ModelRoute } from '../route.ts';
import { shown } from './model.ts';

/** Gate 8: the model has a price. @throws Refusal `pricing_not_configured`. */
export function pricedModel({ provider, model }: ModelRoute, prices: PriceBook): PricedModel {
  const priced = prices.find(provider.name, model);
  if (priced !== undefined) return priced;
  throw new Refusal(
    'pricing_not_configured',
    `model ${shown(model)} of ${provider.name} has no price: add one under pricing.models in the configuration, or` +
      ' to its entry in the catalog',
  );
}
