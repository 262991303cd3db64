import type { BudgetFigures, ModelFigures, UsageFigures } from '../figures/budget-figures.ts';
import {
  formatCount,
  formatDateAndTime,
  formatPercent,
  formatTimeOfDay,
  formatUsd,
  type Locality,
} from '../figures/figure-format.ts';
import { usedFraction } from './severity.ts';
import { spendText } from './spend-text.ts';
import { texts } from '../texts.ts';

/** One line of a list: plain text, not Markdown. */
export interface ReportLine {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

/** Today's cost by model, the sum first, then dearest first. */
export function costSummary(usage: UsageFigures, locality: Locality = {}): readonly ReportLine[] {
  const total = {
    label: texts.summaryTotal(texts.calls(formatCount(usage.calls, locality))),
    value: formatUsd(usage.costUsd),
    detail: '',
  };
  return [total, ...usage.models.map((row) => modelLine(row, usage.costUsd, locality))];
}

/** What a branch cost by model, the sum first, then dearest first. */
export function branchSummary(usage: UsageFigures, locality: Locality = {}): readonly ReportLine[] {
  const [total, ...models] = costSummary(usage, locality);
  const label = texts.branchTotal(texts.calls(formatCount(usage.calls, locality)));
  return total === undefined ? models : [{ ...total, label }, ...models];
}

/** Today's budget and what each grant still holds. */
export function budgetReport(figures: BudgetFigures, locality: Locality = {}): readonly ReportLine[] {
  const { rows } = texts;
  const fraction = usedFraction(figures);
  const lines: ReportLine[] = [
    {
      label: rows.budget,
      value: figures.budget === undefined ? texts.noBudget : spendText(figures),
      detail: fraction !== undefined && Number.isFinite(fraction) ? formatPercent(fraction) : '',
    },
  ];
  if (figures.budget === undefined) lines.push(line(rows.cost, formatUsd(figures.spentUsd)));
  if (figures.totalRemainingUsd !== undefined) {
    lines.push(line(rows.remaining, formatUsd(figures.totalRemainingUsd)));
  }
  for (const { amountUsd, remainingUsd, reason, expiresAtUnixMs } of figures.grants) {
    const expiry =
      expiresAtUnixMs === undefined ? texts.grantNoExpiry : formatDateAndTime(expiresAtUnixMs, locality);
    lines.push({
      label: texts.grantLine(formatUsd(remainingUsd), formatUsd(amountUsd)),
      value: '',
      detail: texts.grantLineDetail(reason === '' ? texts.grantNoReason : reason, expiry),
    });
  }
  if (figures.resetsAtUnixMs !== undefined) {
    lines.push(line(rows.resets, formatTimeOfDay(figures.resetsAtUnixMs, locality)));
  }
  return lines;
}

function modelLine(row: ModelFigures, totalUsd: number, locality: Locality): ReportLine {
  return {
    label: texts.modelLine(row.model === '' ? texts.unnamedModel : row.model, row.provider),
    value: formatUsd(row.costUsd),
    detail: texts.modelDetail(
      texts.calls(formatCount(row.calls, locality)),
      formatCount(row.inputTokens, locality),
      formatCount(row.outputTokens, locality),
      formatPercent(totalUsd > 0 ? row.costUsd / totalUsd : 0),
    ),
  };
}

function line(label: string, value: string): ReportLine {
  return { label, value, detail: '' };
}
