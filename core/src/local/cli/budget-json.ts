import type { BudgetFigures } from '../../client/figures/budget-figures.ts';

/** US dollars; absent means: nothing limits, or not known. */
export function budgetJson(figures: BudgetFigures): object {
  const { spentUsd, tokens, budget, grants, totalRemainingUsd, resetsAtUnixMs } = figures;
  return {
    spent_usd: spentUsd,
    tokens,
    ...(budget && { limit_usd: budget.limitUsd, budget_remaining_usd: budget.remainingUsd }),
    ...(totalRemainingUsd !== undefined && { total_remaining_usd: totalRemainingUsd }),
    grants: grants.map(({ amountUsd, remainingUsd, reason, expiresAtUnixMs }) => ({
      amount_usd: amountUsd,
      remaining_usd: remainingUsd,
      reason,
      ...(expiresAtUnixMs !== undefined && { expires_at: new Date(expiresAtUnixMs).toISOString() }),
    })),
    ...(resetsAtUnixMs !== undefined && { resets_at: new Date(resetsAtUnixMs).toISOString() }),
  };
}
