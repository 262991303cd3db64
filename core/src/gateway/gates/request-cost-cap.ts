import { formatUsd, type NanoUsd } from '../../money/index.ts';
import { Refusal } from '../errors.ts';

/**
 * Gate 9: one request's worst cost is no more than one request may cost.
 *
 * @param maxCost `proxy.max_request_cost_usd`; `undefined`: whatever the budget allows.
 * @throws Refusal `request_cost_exceeded`.
 */
export function capRequestCost(worstCost: NanoUsd, maxCost: NanoUsd | undefined): void {
  if (maxCost === undefined || worstCost <= maxCost) return;
  throw new Refusal(
    'request_cost_exceeded',
    `this request may cost up to ${formatUsd(worstCost)}, and one request may cost ${formatUsd(maxCost)} at most:` +
      ' set a lower output limit, such as max_tokens, or send less',
  );
}
