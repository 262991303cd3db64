import type { BudgetFigures } from '../figures/budget-figures.ts';
import type { StatusSettings } from './status-input.ts';

export type StatusSeverity = 'ok' | 'warn' | 'over' | 'offline';

/**
 * Over the budget while a grant still pays is a warning, not the end: the gate lets calls through. A limit
 * of 0 is used up from the start.
 */
export function severityOf(
  figures: BudgetFigures,
  { warnFraction, overFraction }: StatusSettings,
): Exclude<StatusSeverity, 'offline'> {
  const fraction = usedFraction(figures);
  if (fraction === undefined || fraction < Math.min(warnFraction, overFraction)) return 'ok';
  if (fraction < overFraction || hasGrantLeft(figures)) return 'warn';
  return 'over';
}

/** Share of the day's budget that is spent, not clamped; undefined without a budget, infinite for a limit of 0. */
export function usedFraction({ budget, spentUsd }: BudgetFigures): number | undefined {
  if (budget === undefined) return undefined;
  return budget.limitUsd > 0 ? spentUsd / budget.limitUsd : Infinity;
}

export function hasGrantLeft({ grants }: BudgetFigures): boolean {
  return grants.some((grant) => grant.remainingUsd > 0);
}
