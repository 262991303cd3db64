import type { PriceBook, PricedModel } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import type { ModelRoute } from '../route.ts';
import { shown } from './model.ts';

/** A model that may cost anything; operators are told of it by a line of the log that is theirs to rely on. */
export class MissingPrice extends Refusal {
  readonly provider: string;
  readonly model: string;

  constructor(provider: string, model: string) {
    super(
      'pricing_not_configured',
      `model ${model} of ${provider} has no price: add one under pricing.models in the configuration, or to its entry in` +
        ' the catalog',
    );
    this.provider = provider;
    this.model = model;
  }
}

/** The missing price that a call was refused for, by itself or as one of a batch. */
export function missingPriceOf(refusal: unknown): MissingPrice | undefined {
  if (refusal instanceof MissingPrice) return refusal;
  return refusal instanceof Refusal && refusal.cause instanceof MissingPrice ? refusal.cause : undefined;
}

/** Gate 8: the model has a price. @throws MissingPrice */
export function pricedModel({ provider, model }: ModelRoute, prices: PriceBook): PricedModel {
  const priced = prices.find(provider.name, model);
  if (priced !== undefined) return priced;
  throw new MissingPrice(provider.name, shown(model));
}
