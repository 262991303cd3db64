import type { BudgetFigures } from '../figures/budget-figures.ts';
import { formatPercent, formatUsd } from '../figures/figure-format.ts';
import { hasGrantLeft, usedFraction } from './severity.ts';
import { texts } from '../texts.ts';

export const DEFAULT_NOTIFY_AT_PERCENTS: readonly number[] = [80, 90, 100];

/** That a user was told of a threshold on a day; equal ones are the same notice. */
export interface ThresholdMark {
  /** `''` where the daemon has no user to name. */
  readonly userId: string;
  /** `YYYY-MM-DD`, the day in the budget's own time zone. */
  readonly periodKey: string;
  /** Share of the budget, in percent. */
  readonly percent: number;
}

/** What to tell the developer, once. */
export interface ThresholdNotice extends ThresholdMark {
  readonly severity: 'warn' | 'over';
  /** One sentence; plain text. */
  readonly text: string;
}

/**
 * Remembers who was told of what, for as long as the day lasts. Every window, editor and program of a developer shares
 * one, so that only one of them speaks.
 */
export interface ToldThresholds {
  /** Marks it as told. True for the first to ask, false for all others and ever after. */
  claim(mark: ThresholdMark): Promise<boolean>;
}

/** What the figures call for. */
export interface ThresholdNews {
  /** Not told before, lowest first; all of them are to be claimed. */
  readonly marks: readonly ThresholdMark[];
  /** For the highest of them, to be shown by whoever claims that one. */
  readonly notice?: ThresholdNotice;
}

/**
 * Which thresholds the spend has reached that nobody was told of, given what this program knows to have been told. A
 * leap over several is told once, as the highest. Without a budget, and for a limit of 0, there is none to reach.
 */
export function thresholdNews(
  figures: BudgetFigures,
  percents: readonly number[],
  isTold: (mark: ThresholdMark) => boolean,
): ThresholdNews {
  const { budget, periodKey, userId = '' } = figures;
  const fraction = usedFraction(figures);
  if (
    budget === undefined ||
    fraction === undefined ||
    !Number.isFinite(fraction) ||
    periodKey === undefined
  ) {
    return { marks: [] };
  }
  const marks = [...new Set(percents)]
    .filter((percent) => percent > 0 && fraction * 100 >= percent)
    .toSorted((a, b) => a - b)
    .map((percent) => ({ userId, periodKey, percent }))
    .filter((mark) => !isTold(mark));
  const highest = marks.at(-1);
  if (highest === undefined) return { marks };
  const severity = highest.percent >= 100 && !hasGrantLeft(figures) ? 'over' : 'warn';
  return { marks, notice: { ...highest, severity, text: noticeText(figures, fraction, budget.limitUsd) } };
}

function noticeText(figures: BudgetFigures, fraction: number, limitUsd: number): string {
  const { notice } = texts;
  const used = notice.used(formatPercent(fraction), formatUsd(figures.spentUsd), formatUsd(limitUsd));
  if (fraction < 1) return used;
  if (hasGrantLeft(figures)) return notice.grantsPay(used);
  return figures.totalRemainingUsd === 0 ? notice.refused(used) : used;
}

/** For one program: forgets when it ends. */
export class InMemoryToldThresholds implements ToldThresholds {
  readonly #told = new Set<string>();

  claim(mark: ThresholdMark): Promise<boolean> {
    const isFirst = !this.#told.has(keyOf(mark));
    this.#told.add(keyOf(mark));
    return Promise.resolve(isFirst);
  }
}

/** One text for one mark. */
export function keyOf({ userId, periodKey, percent }: ThresholdMark): string {
  return `${periodKey} ${percent} ${userId}`;
}
