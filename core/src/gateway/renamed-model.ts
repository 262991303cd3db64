import { normaliseModelId, undatedModelId, type PriceBook, type PricedModel } from '../pricing/index.ts';
import { unknownModel } from './gates/model.ts';
import type { ModelRoute, Target } from './route.ts';
import { withMember } from './wire/json-members.ts';
import { withModelInPath } from './wire/path-model.ts';

/** What a caller calls a model, what its provider does, and where the request says it. */
export interface Naming {
  readonly asked: string;
  readonly sentAs: string;
  readonly isInPath: boolean;
}

type Named = Pick<Target, 'path' | 'pathAndQuery'> & { readonly body: Buffer };

/**
 * The request with the provider's name for the model in place of the caller's; the rest stays the same to the byte.
 *
 * @throws Refusal `invalid_request_error` for a path that is written in a way in which no name can be replaced.
 */
export function renamed({ asked, sentAs, isInPath }: Naming, target: Target, body: Buffer): Named {
  const { path, pathAndQuery } = target;
  if (sentAs === asked) return { path, pathAndQuery, body };
  if (!isInPath) {
    return { path, pathAndQuery, body: Buffer.from(withMember(body.toString('utf8'), 'model', sentAs)) };
  }
  const sent = withModelInPath(pathAndQuery, asked, sentAs);
  if (sent === undefined) throw unknownModel(asked);
  return { path: sent.split('?', 1)[0] ?? '', pathAndQuery: sent, body };
}

/**
 * The price of the model that answered. A model that the provider knows by another name answers with that one, and
 * costs what was said of it under its own.
 */
export function answeredPrice(
  answered: string,
  { provider, model, sentAs }: ModelRoute,
  prices: PriceBook,
): PricedModel | undefined {
  const isTheOneSent = sentAs !== model && undatedSpelling(answered) === undatedSpelling(sentAs);
  return prices.find(provider.name, isTheOneSent ? model : answered);
}

function undatedSpelling(model: string): string {
  return undatedModelId(normaliseModelId(model));
}
