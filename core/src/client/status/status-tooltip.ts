import type { BudgetFigures, GrantFigures, TimedFigures } from '../figures/budget-figures.ts';
import {
  formatCount,
  formatDateAndTime,
  formatDuration,
  formatPercent,
  formatTimeOfDay,
  formatUsd,
  type Locality,
} from '../figures/figure-format.ts';
import { escapeMarkdown, markdownTable } from '../markdown.ts';
import { hasGrantLeft, severityOf, usedFraction } from './severity.ts';
import { forecastText, isOutlived, offlineSummary } from './spend-text.ts';
import type { FiguresSource, StatusInput } from './status-input.ts';
import { texts } from '../texts.ts';

type Row = readonly [label: string, value: string];

/** The status bar's hover: the figures in a table, or why there are none. */
export function statusTooltip(input: StatusInput): string {
  const { connection, lastKnown } = input;
  const parts = [`**${texts.heading}**`];
  if (connection.state === 'online' && lastKnown !== undefined && !isOutlived(lastKnown, input.nowUnixMs)) {
    const forecast = forecastText(input, input.settings);
    parts.push(markdownTable(figureRows(lastKnown, input)), ...note(lastKnown.figures, input));
    if (forecast !== undefined) parts.push(forecast);
  } else {
    parts.push(`${texts.unknown} ${escapeMarkdown(offlineSummary(input))}`);
  }
  if (input.annotationsWaiting !== undefined && input.annotationsWaiting > 0) {
    parts.push(texts.annotationsWaiting(input.annotationsWaiting));
  }
  return parts.join('\n\n');
}

function figureRows(
  { figures, receivedAtUnixMs }: TimedFigures,
  { settings, nowUnixMs, pace, source }: StatusInput,
): Row[] {
  const { rows } = texts;
  const table: Row[] = [
    [rows.cost, money(figures.spentUsd)],
    [rows.tokens, formatCount(figures.tokens, settings)],
    [rows.calls, figures.usage === undefined ? texts.notKnown : formatCount(figures.usage.calls, settings)],
    [rows.budget, budgetCell(figures)],
  ];
  if (figures.totalRemainingUsd !== undefined) table.push([rows.remaining, money(figures.totalRemainingUsd)]);
  figures.grants.forEach((grant, index) => {
    table.push([index === 0 ? rows.grants : '', grantCell(grant, settings)]);
  });
  if (figures.resetsAtUnixMs !== undefined) {
    const wait = formatDuration(figures.resetsAtUnixMs - nowUnixMs);
    table.push([rows.resets, texts.resetsAt(formatTimeOfDay(figures.resetsAtUnixMs, settings), wait)]);
  }
  if (pace !== undefined) {
    table.push([rows.pace, texts.pace(money(pace.usdPerHour), formatDuration(pace.observedMs))]);
  }
  const age = formatDuration(nowUnixMs - receivedAtUnixMs);
  table.push([rows.age, texts.age(age, formatTimeOfDay(receivedAtUnixMs, settings))]);
  if (source !== undefined) table.push([rows.source, texts.source[source.via](address(source))]);
  return table;
}

function address({ url }: FiguresSource): string {
  return escapeMarkdown(url.replace(/^https?:\/\//, ''));
}

function budgetCell(figures: BudgetFigures): string {
  if (figures.budget === undefined) return texts.noBudget;
  const fraction = usedFraction(figures);
  const limit = money(figures.budget.limitUsd);
  return fraction === undefined || !Number.isFinite(fraction)
    ? limit
    : texts.usedShare(limit, formatPercent(fraction));
}

function grantCell(grant: GrantFigures, locality: Locality): string {
  const reason = escapeMarkdown(grant.reason);
  const expiry =
    grant.expiresAtUnixMs === undefined
      ? texts.grantNoExpiry
      : formatDateAndTime(grant.expiresAtUnixMs, locality);
  return texts.grant(
    money(grant.remainingUsd),
    money(grant.amountUsd),
    reason === '' ? texts.grantNoReason : reason,
    expiry,
  );
}

function note(figures: BudgetFigures, { settings }: StatusInput): string[] {
  const fraction = usedFraction(figures);
  const severity = severityOf(figures, settings);
  if (fraction === undefined || severity === 'ok') return [];
  if (fraction < 1) return [texts.warnNote(formatPercent(fraction))];
  if (hasGrantLeft(figures)) return [texts.grantsNote];
  return [figures.totalRemainingUsd === 0 ? texts.overNote : texts.overWatchedNote];
}

/** `$` starts an icon or a formula in some Markdown dialects. */
function money(amountUsd: number): string {
  return escapeMarkdown(formatUsd(amountUsd));
}
