import type { Logger } from '@candela/core/host';
import { nanoUsdFromUsd, type NanoUsd } from '@candela/core/money';
import { normaliseModelId, type PriceBook } from '@candela/core/pricing';
import { z } from 'zod';

/** USD a day by model, over all users; 0 switches a model off. */
export const modelDailyLimits = z
  .record(z.string().min(1), z.number().min(0).max(1_000_000))
  .superRefine((limits, context) => {
    const names = new Map<string, string>();
    for (const name of Object.keys(limits)) {
      const model = normaliseModelId(name);
      const other = names.get(model);
      names.set(model, name);
      if (other === undefined) continue;
      const message = `is another spelling of ${JSON.stringify(other)}: write one limit for the model`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });

/**
 * The limits as the engine takes them; `undefined` if there are none. One of a model without a price is kept, because a
 * price may come, and is warned of, because it is more likely misspelt and holds no call.
 */
export function modelDailyLimitsFrom(
  limitsUsd: Readonly<Record<string, number>>,
  prices: PriceBook,
  logger: Pick<Logger, 'warn'>,
): ReadonlyMap<string, NanoUsd> | undefined {
  const limits = Object.entries(limitsUsd);
  if (limits.length === 0) return undefined;
  for (const [model] of limits) {
    if (prices.resolve(model) !== undefined) continue;
    logger.warn(
      { model },
      'proxy.daily_limits names a model that has no price: is it spelt as its provider does?',
    );
  }
  return new Map(limits.map(([model, usd]) => [model, nanoUsdFromUsd(usd)]));
}
