import type { BudgetFigures } from '../../client/figures/budget-figures.ts';
import { budgetReport, costSummary, type ReportLine } from '../../client/status/reports.ts';
import type { StatusSeverity } from '../../client/status/severity.ts';
import type { StatusModel } from '../../client/status/status-model.ts';
import { texts } from '../../client/texts.ts';

/** The body of the notification `candela/status`: what an editor draws. Amounts are `null` while not known. */
export interface CandelaStatus {
  /** For the status bar, without an icon; `--` while today's spend is not known. */
  readonly text: string;
  /** Plain text, several lines; what is foreign in it may look like markup and is none. */
  readonly tooltip: string;
  readonly spendUsd: number | null;
  /** `null` where there is no budget, too. */
  readonly budgetUsd: number | null;
  /** Of the budget, one decimal, not clamped at 100; `null` without a budget, or with one of 0. */
  readonly percent: number | null;
  readonly state: StatusSeverity;
  /** ISO 8601: when these figures came, or the last that were known; `null` if there were none. */
  readonly asOf: string | null;
}

/** @param figures today's, absent while they are not known. */
export function candelaStatus(model: StatusModel, figures: BudgetFigures | undefined): CandelaStatus {
  const known = model.severity === 'offline' ? undefined : figures;
  const budgetUsd = known?.budget?.limitUsd ?? null;
  const { receivedAtUnixMs } = model;
  return {
    text: model.text,
    tooltip:
      known === undefined ? model.accessibilityLabel : [texts.heading, ...spendLines(known)].join('\n'),
    spendUsd: known?.spentUsd ?? null,
    budgetUsd,
    percent: known === undefined || !budgetUsd ? null : Math.round((known.spentUsd / budgetUsd) * 1000) / 10,
    state: model.severity,
    asOf: receivedAtUnixMs === undefined ? null : new Date(receivedAtUnixMs).toISOString(),
  };
}

/** Whether an editor would draw the two alike: all but when they came. */
export function isSameStatus(one: CandelaStatus, other: CandelaStatus): boolean {
  return JSON.stringify({ ...one, asOf: '' }) === JSON.stringify({ ...other, asOf: '' });
}

/** Today's budget and cost, a line each. */
export function spendLines(figures: BudgetFigures): readonly string[] {
  const cost = figures.usage === undefined ? [] : costSummary(figures.usage);
  return [...budgetReport(figures), ...cost].map(reportText);
}

/** One line of a report as plain text. */
export function reportText({ label, value, detail }: ReportLine): string {
  const said = [value, detail].filter((part) => part !== '').join(', ');
  return said === '' ? label : `${label}: ${said}`;
}
