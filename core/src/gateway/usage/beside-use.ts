import { asNanoUsd, type NanoUsd } from '../../money/index.ts';
import { addUsage, costOf, type PricedModel, type TokenUsage } from '../../pricing/index.ts';

/** What a provider did besides the answer and its `usage` does not count, each at a price of its own. */
export interface BesideUse {
  /** Absent: the model that answered. */
  readonly model?: string;
  readonly usage: TokenUsage;
}

/** All tokens of a call. */
export function withBesides(usage: TokenUsage, besides: readonly BesideUse[]): TokenUsage {
  return besides.reduce((sum, beside) => addUsage(sum, beside.usage), usage);
}

/**
 * What a call costs with all that was done besides its answer.
 *
 * @param priceOf of another model; one without a price costs what the model that answered does.
 */
export function costWithBesides(
  usage: TokenUsage,
  besides: readonly BesideUse[],
  answered: PricedModel,
  priceOf: (model: string) => PricedModel | undefined,
): NanoUsd {
  const costs = besides.map(({ model, usage: used }) =>
    costOf(used, (model === undefined ? undefined : priceOf(model)) ?? answered),
  );
  return asNanoUsd(costs.reduce<bigint>((sum, cost) => sum + cost, costOf(usage, answered)));
}
