import type { BudgetFigures } from './budget-figures.ts';
import { formatPercent, formatTimeOfDay, formatUsd } from './figure-format.ts';
import { usedFraction } from './severity.ts';
import type { StatusFormat, StatusInput } from './status-input.ts';
import { texts } from './texts.ts';

/** `$3.42 / $10.00`, or `$3.42` without a budget. */
export function spendText({ spentUsd, budget }: BudgetFigures): string {
  const spent = formatUsd(spentUsd);
  return budget === undefined ? spent : texts.spendOfBudget(spent, formatUsd(budget.limitUsd));
}

/** The figures in the form the user chose; what a form cannot say falls back to amounts. */
export function formattedSpend(figures: BudgetFigures, format: StatusFormat): string {
  const fraction = usedFraction(figures);
  if (format === 'spend' || fraction === undefined) return formatUsd(figures.spentUsd);
  if (format === 'percent' && Number.isFinite(fraction)) return formatPercent(fraction);
  return spendText(figures);
}

/** The sentence that stands in for figures that are not known; plain text, not escaped. */
export function offlineSummary({ connection, lastKnown, settings }: StatusInput): string {
  if (connection.state !== 'offline') return texts.connecting;
  if (lastKnown === undefined) return `${texts.offline}: ${connection.reason}`;
  const since = formatTimeOfDay(connection.sinceUnixMs, settings);
  return `${texts.notReachableSince(since, spendText(lastKnown.figures))}: ${connection.reason}`;
}
