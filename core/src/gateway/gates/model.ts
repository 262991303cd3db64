import type { PriceBook, PricedModel } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { stringAt, type JsonObject } from '../usage/json-shape.ts';

/** The model a request names. @throws Refusal `invalid_request_error` if it names none. */
export function requestedModel(json: JsonObject): string {
  const model = stringAt(json, 'model');
  if (model === undefined || model === '') {
    throw new Refusal('invalid_request_error', 'missing or invalid model field');
  }
  return model;
}

/**
 * Gates 5 and 8: the model is known, offered, and has a price.
 *
 * A model is known if it has a price or the configuration lists it; one that is listed and has no price is
 * refused for that reason, so that whoever listed it learns what is missing.
 *
 * @throws Refusal `invalid_request_error` or `pricing_not_configured`.
 */
export function pricedModel(model: string, provider: Provider, prices: PriceBook): PricedModel {
  const listed = provider.models?.includes(model);
  const priced = prices.find(provider.name, model);
  if (listed === false || (listed === undefined && priced === undefined)) throw unknownModel(model);
  if (priced === undefined) {
    throw new Refusal(
      'pricing_not_configured',
      `model ${shown(model)} of ${provider.name} has no price: add one under pricing.models in the configuration`,
    );
  }
  return priced;
}

export function unknownModel(model: string): Refusal {
  return new Refusal('invalid_request_error', `unknown model: ${shown(model)}`);
}

/** A model's name as a message may repeat it: of bounded length, on one line. */
function shown(model: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not get through
  return model.slice(0, 128).replace(/[\u0000-\u001f\u007f]/g, '\uFFFD');
}
