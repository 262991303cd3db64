import type { NanoUsd } from '../money/index.ts';
import { payable, wholeTokens } from './calculator.ts';
import type { PricedModel, Rates } from './model-price.ts';

export interface WorstCase {
  readonly model: PricedModel;
  /** See `inputTokenBound`. */
  readonly inputTokenBound: number;
  /** See `outputTokenCap`. */
  readonly outputTokenCap: number;
  /**
   * The longest time the call can ask a cache to keep its input: an hour (the dearest write) unless the caller
   * knows better. `none` where nothing can be written to a cache at a price above input's.
   */
  readonly cacheWrites?: 'none' | '5m' | '1h' | undefined;
}

/**
 * The most a call can cost, to be reserved before it starts: all input at the dearest kind of input, all output
 * in full, each at the dearest rate of any tier that the input can reach. Discounts apply, as they will to the
 * true cost, so `costOf` never exceeds it for usage within the two bounds.
 */
export function worstCostOf({
  model,
  inputTokenBound,
  outputTokenCap,
  cacheWrites = '1h',
}: WorstCase): NanoUsd {
  const inputTokens = wholeTokens(inputTokenBound);
  const reachable = [
    model.rates,
    ...model.tiers.filter((tier) => inputTokens > tier.aboveInputTokens).map((tier) => tier.rates),
  ];
  const input = greatest(reachable.flatMap((rates) => inputRates(rates, cacheWrites)));
  const output = greatest(reachable.map((rates) => rates.output));
  return payable(BigInt(inputTokens) * input + BigInt(wholeTokens(outputTokenCap)) * output, model);
}

function inputRates(rates: Rates, cacheWrites: 'none' | '5m' | '1h'): readonly bigint[] {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = rates;
  switch (cacheWrites) {
    case 'none':
      return [input, cacheRead];
    case '5m':
      return [input, cacheRead, cacheWrite5m];
    case '1h':
      return [input, cacheRead, cacheWrite5m, cacheWrite1h];
  }
}

function greatest(rates: readonly bigint[]): bigint {
  return rates.reduce((most, rate) => (rate > most ? rate : most), 0n);
}
