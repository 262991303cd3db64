import type { BudgetFigures, TimedFigures } from '../figures/budget-figures.ts';
import {
  alignFigure,
  formatCompactCount,
  formatShare,
  formatTimeOfDay,
  formatUsd,
  type Locality,
} from '../figures/figure-format.ts';
import { usedFraction } from './severity.ts';
import type { StatusFormat, StatusInput } from './status-input.ts';
import { texts } from '../texts.ts';

/** `$3.42 / $10.00`, or `$3.42` without a budget. */
export function spendText({ spentUsd, budget }: BudgetFigures): string {
  const spent = formatUsd(spentUsd);
  return budget === undefined ? spent : texts.spendOfBudget(spent, formatUsd(budget.limitUsd));
}

/** The figures in the form the user chose; what a form cannot say falls back to amounts. */
export function formattedSpend(figures: BudgetFigures, format: StatusFormat): string {
  const fraction = usedFraction(figures);
  switch (format) {
    case 'icon':
      return '';
    case 'tokens':
      return texts.tokens(formatCompactCount(figures.tokens));
    case 'spend':
      return formatUsd(figures.spentUsd);
    case 'percent':
      return fraction !== undefined && Number.isFinite(fraction) ? formatShare(fraction) : spendText(figures);
    case 'spendOfBudget':
      return spendText(figures);
  }
}

/** How many characters a text of that form has on an ordinary day. */
export function usualWidth({ budget }: BudgetFigures, format: StatusFormat): number {
  const limitWidth = budget === undefined ? '$00.00'.length : formatUsd(budget.limitUsd).length;
  switch (format) {
    case 'icon':
      return 0;
    case 'tokens':
      return texts.tokens('00.0M').length;
    case 'percent':
      return '100 %'.length;
    case 'spend':
      return limitWidth;
    case 'spendOfBudget':
      return budget === undefined ? limitWidth : texts.spendOfBudget('', '').length + 2 * limitWidth;
  }
}

/** `formattedSpend`, filled up from the left to its usual width. */
export function alignedSpend(figures: BudgetFigures, format: StatusFormat): string {
  return alignFigure(formattedSpend(figures, format), usualWidth(figures, format));
}

/**
 * Whether the figures are of a day that has ended since, so that nothing is known of today's. Those that came after
 * their day's end by this machine's clock are the daemon's word against it, and stand.
 */
export function isOutlived({ figures, receivedAtUnixMs }: TimedFigures, nowUnixMs: number): boolean {
  const { resetsAtUnixMs } = figures;
  return resetsAtUnixMs !== undefined && receivedAtUnixMs < resetsAtUnixMs && nowUnixMs >= resetsAtUnixMs;
}

/** The sentence that stands in for figures that are not known; plain text, not escaped. */
export function offlineSummary({ connection, lastKnown, settings }: StatusInput): string {
  if (connection.state === 'connecting') return texts.connecting;
  if (lastKnown === undefined) {
    return connection.state === 'online' ? texts.connecting : `${texts.offline}: ${connection.reason}`;
  }
  const seen = spendText(lastKnown.figures);
  const seenAt = formatTimeOfDay(lastKnown.receivedAtUnixMs, settings);
  if (connection.state === 'online') return texts.dayIsOver(seen, seenAt);
  const since = formatTimeOfDay(connection.sinceUnixMs, settings);
  return `${texts.notReachableSince(since, seen, seenAt)}: ${connection.reason}`;
}

/** The foreseeable end of the budget, as a sentence; undefined if none is in sight, or it was foreseen for before now. */
export function forecastText({ pace, nowUnixMs }: StatusInput, locality: Locality): string | undefined {
  return pace?.endsAtUnixMs === undefined || pace.endsAtUnixMs <= nowUnixMs
    ? undefined
    : texts.forecast(formatTimeOfDay(pace.endsAtUnixMs, locality));
}
