import type { ModelCap } from '../../budget/ledger.ts';
import { formatUsd, type NanoUsd } from '../../money/index.ts';
import { normaliseModelId, undatedModelId, type PricedModel } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';

/** The daily cap of a model as a caller names it, whatever provider serves it; `undefined`: it has none. */
export type ModelCaps = (asked: string, priced: PricedModel) => ModelCap | undefined;

/**
 * `proxy.daily_limits`: what all users together may spend on a model a day. A cap holds for every spelling of its
 * model, for its dated versions unless they have caps of their own, and for every name that goes by its price, so that
 * no other name of a model leads past its cap.
 *
 * @param limits by model, as the configuration names it; of two spellings of one model the later counts.
 */
export function modelCapsFrom(limits: ReadonlyMap<string, NanoUsd>): ModelCaps {
  const caps = new Map(
    Array.from(limits, ([name, dailyLimit]): [string, ModelCap] => {
      const model = normaliseModelId(name);
      return [model, { model, dailyLimit }];
    }),
  );
  const capOf = (name: string): ModelCap | undefined => {
    const model = normaliseModelId(name);
    return caps.get(model) ?? caps.get(undatedModelId(model));
  };
  return (asked, priced) => capOf(asked) ?? capOf(priced.modelId);
}

/** Gate 9, second half: what is said to a call that its model's daily cap has no room for. */
export function modelLimitReached(cap: ModelCap, worstCost: NanoUsd, remaining: NanoUsd): Refusal {
  return new Refusal(
    'model_daily_limit_exceeded',
    `${formatUsd(remaining)} of the ${formatUsd(cap.dailyLimit)} that all users together may spend on ${cap.model} today` +
      ` are left, and this request may cost up to ${formatUsd(worstCost)}: set a lower output limit, such as max_tokens,` +
      ' use another model, or try again tomorrow',
  );
}
