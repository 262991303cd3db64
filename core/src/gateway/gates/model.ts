import type { PriceBook } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import type { ModelRoute } from '../route.ts';
import { stringAt, type JsonObject } from '../wire/json-shape.ts';

/** The model a request names. @throws Refusal `invalid_request_error` if it names none. */
export function requestedModel(json: JsonObject): string {
  const model = stringAt(json, 'model');
  if (model === undefined || model === '') {
    throw new Refusal('invalid_request_error', 'missing or invalid model field');
  }
  return model;
}

/**
 * Gate 5: the model is known, offered, and switched on.
 *
 * A model is known if it has a price, the configuration lists it, or the catalog has an entry for it; one that has no
 * price is refused later and for that reason, so that whoever listed it learns what is missing.
 *
 * @param asked as the caller named it.
 * @throws Refusal `invalid_request_error`.
 */
export function knownModel(asked: string, route: ModelRoute, prices: PriceBook): void {
  const { provider, model, sentAs, entry } = route;
  const isOffered =
    provider.models === undefined
      ? entry !== undefined || prices.find(provider.name, model) !== undefined
      : provider.models.includes(model) || provider.models.includes(sentAs);
  if (!isOffered || entry?.enabled === false) throw unknownModel(asked);
}

export function unknownModel(model: string): Refusal {
  return new Refusal('invalid_request_error', `unknown model: ${shown(model)}`);
}

/** A model's name as a message may repeat it: of bounded length, on one line. */
export function shown(model: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not get through
  return model.slice(0, 128).replace(/[\u0000-\u001f\u007f]/g, '\uFFFD');
}
