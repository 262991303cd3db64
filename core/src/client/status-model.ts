import type { BudgetFigures } from './budget-figures.ts';
import { formatPercent, formatUsd } from './figure-format.ts';
import { severityOf, type StatusSeverity, usedFraction } from './severity.ts';
import { formattedSpend, offlineSummary } from './spend-text.ts';
import type { StatusInput } from './status-input.ts';
import { statusTooltip } from './status-tooltip.ts';
import { texts } from './texts.ts';

/** What an editor draws, whichever editor it is. */
export interface StatusModel {
  /** The status bar's text, without an icon. `--` whenever today's spend is not known now. */
  readonly text: string;
  readonly severity: StatusSeverity;
  /** Markdown with nothing active in it: no links, no HTML, every foreign string escaped. */
  readonly tooltipMarkdown: string;
  /** The same for a screen reader, severity in words. */
  readonly accessibilityLabel: string;
}

/** Decides what is shown; the same input always gives the same answer. */
export function statusModel(input: StatusInput): StatusModel {
  const { connection, lastKnown, settings } = input;
  const tooltipMarkdown = statusTooltip(input);
  if (connection.state !== 'online' || lastKnown === undefined) {
    const accessibilityLabel = texts.accessible.offline(offlineSummary(input));
    return { text: texts.unknown, severity: 'offline', tooltipMarkdown, accessibilityLabel };
  }
  const { figures } = lastKnown;
  const severity = severityOf(figures, settings);
  return {
    text: formattedSpend(figures, settings.format),
    severity,
    tooltipMarkdown,
    accessibilityLabel: spokenSpend(figures, severity),
  };
}

function spokenSpend(figures: BudgetFigures, severity: StatusSeverity): string {
  const { accessible } = texts;
  const fraction = usedFraction(figures);
  const spent = formatUsd(figures.spentUsd);
  const label =
    figures.budget === undefined || fraction === undefined || !Number.isFinite(fraction)
      ? accessible.spend(spent)
      : accessible.spendOfBudget(spent, formatUsd(figures.budget.limitUsd), formatPercent(fraction));
  if (severity === 'over') return accessible.over(label);
  if (severity !== 'warn' || fraction === undefined) return label;
  return fraction < 1 ? accessible.warn(label) : accessible.grants(label);
}
