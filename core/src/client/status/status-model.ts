import type { BudgetFigures } from '../figures/budget-figures.ts';
import { formatPercent, formatTimeOfDay, formatUsd } from '../figures/figure-format.ts';
import { severityOf, type StatusSeverity, usedFraction } from './severity.ts';
import { alignedSpend, forecastText, formattedSpend, isOutlived, offlineSummary } from './spend-text.ts';
import type { FiguresSource, StatusInput } from './status-input.ts';
import { statusTooltip } from './status-tooltip.ts';
import { texts } from '../texts.ts';

/** What an editor draws, whichever editor it is. */
export interface StatusModel {
  /** The status bar's text, without an icon. `--` whenever today's spend is not known now; `''` in format `icon`. */
  readonly text: string;
  /** The same, filled up with figure spaces on the left, so that its width does not change with each call. */
  readonly alignedText: string;
  readonly severity: StatusSeverity;
  /** Markdown with nothing active in it: no links, no HTML, every foreign string escaped. */
  readonly tooltipMarkdown: string;
  /** The same for a screen reader, severity in words. */
  readonly accessibilityLabel: string;
  /** Where the figures come from; absent before the daemon was found. */
  readonly source?: FiguresSource;
  /** When the figures arrived, those seen last where there are no newer; ms since 1970. Absent before the first. */
  readonly receivedAtUnixMs?: number;
}

/** Whether two look and sound the same, however old the figures are. */
export function isSameSight(a: StatusModel, b: StatusModel): boolean {
  const { receivedAtUnixMs: _a, ...sightOfA } = a;
  const { receivedAtUnixMs: _b, ...sightOfB } = b;
  return JSON.stringify(sightOfA) === JSON.stringify(sightOfB);
}

/** Decides what is shown; the same input always gives the same answer. */
export function statusModel(input: StatusInput): StatusModel {
  const { connection, lastKnown, settings } = input;
  const origin = {
    ...(input.source && { source: input.source }),
    ...(lastKnown && { receivedAtUnixMs: lastKnown.receivedAtUnixMs }),
  };
  const tooltipMarkdown = statusTooltip(input);
  if (connection.state !== 'online' || lastKnown === undefined || isOutlived(lastKnown, input.nowUnixMs)) {
    const accessibilityLabel = texts.accessible.offline(offlineSummary(input));
    const { unknown } = texts;
    return {
      ...{ text: unknown, alignedText: unknown, severity: 'offline' },
      ...{ tooltipMarkdown, accessibilityLabel },
      ...origin,
    };
  }
  const { figures } = lastKnown;
  const forecast = forecastText(input, settings);
  const severity = severityOf(figures, settings);
  return {
    text: formattedSpend(figures, settings.format),
    alignedText: alignedSpend(figures, settings.format),
    severity,
    tooltipMarkdown,
    accessibilityLabel: [spokenSpend(figures, severity), forecast, spokenPause(input)]
      .filter(Boolean)
      .join('. '),
    ...origin,
  };
}

function spokenPause({ source, lastKnown, settings }: StatusInput): string | undefined {
  if (source?.via !== 'paused' || lastKnown === undefined) return undefined;
  return texts.accessible.paused(formatTimeOfDay(lastKnown.receivedAtUnixMs, settings));
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
