import type { BudgetFigures, TimedFigures } from '../figures/budget-figures.ts';
import type { RecentTrace } from '../traces/recent-traces.ts';

/** How fast money was spent of late, and where that leads. */
export interface SpendingPace {
  /** US dollars an hour, > 0. */
  readonly usdPerHour: number;
  /** How much time it was seen over: ten minutes to an hour. */
  readonly observedMs: number;
  /** When nothing is left at this pace, grants included; absent without a budget, or if the day ends first. */
  readonly endsAtUnixMs?: number;
}

/** What was spent of the day at a moment; US dollars, ms since 1970. */
interface Sample {
  readonly atUnixMs: number;
  readonly spentUsd: number;
}

const HOUR_MS = 3_600_000;

/** Less than this shows a single call, not a pace. */
const LEAST_OBSERVED_MS = 10 * 60_000;

/** Samples closer to each other than this tell nothing new. */
const SAMPLE_GAP_MS = 30_000;

/**
 * Watches the spend go by.
 *
 * The pace is what was spent during the last hour, divided by that hour; or, if less of it was seen, by what was seen.
 * Seen is what was sampled from the daemon's answers, and, further back, what the developer's own traces add up to:
 * they reach back as far as the oldest trace known. A new day, a reset or another user begins anew.
 */
export class SpendingWatch {
  #samples: readonly Sample[] = [];
  #day = '';

  /** Takes note of an answer. */
  add({ figures, receivedAtUnixMs }: TimedFigures): void {
    const day = `${figures.userId ?? ''} ${figures.periodKey ?? ''}`;
    const sample = { atUnixMs: receivedAtUnixMs, spentUsd: figures.spentUsd };
    const last = this.#samples.at(-1);
    const isAnew =
      day !== this.#day ||
      (last !== undefined && (last.spentUsd > sample.spentUsd || last.atUnixMs > receivedAtUnixMs));
    this.#day = day;
    if (isAnew || last === undefined) {
      this.#samples = [sample];
      return;
    }
    const previous = this.#samples.at(-2);
    const isClose = previous !== undefined && last.atUnixMs - previous.atUnixMs < SAMPLE_GAP_MS;
    const kept = isClose ? this.#samples.slice(0, -1) : this.#samples;
    this.#samples = [...withinTheHour(kept, receivedAtUnixMs), sample];
  }

  /** The pace at the moment of the newest answer; undefined while too little was seen, or nothing spent. */
  pace(figures: BudgetFigures, traces: readonly RecentTrace[]): SpendingPace | undefined {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return undefined;
    const since = earliestKnown(this.#samples, traces, figures);
    const observedMs = newest.atUnixMs - since.atUnixMs;
    const spentUsd = newest.spentUsd - since.spentUsd;
    if (observedMs < LEAST_OBSERVED_MS || spentUsd <= 0) return undefined;
    const usdPerHour = (spentUsd * HOUR_MS) / observedMs;
    const endsAtUnixMs = endOfBudget(figures, newest.atUnixMs, usdPerHour);
    return { usdPerHour, observedMs, ...(endsAtUnixMs !== undefined && { endsAtUnixMs }) };
  }
}

/** The samples of the hour before `nowUnixMs`, and the last one before that, from which the hour is measured. */
function withinTheHour(samples: readonly Sample[], nowUnixMs: number): readonly Sample[] {
  const first = samples.findLastIndex(({ atUnixMs }) => nowUnixMs - atUnixMs >= HOUR_MS);
  return samples.slice(Math.max(first, 0));
}

/** The earliest moment of the last hour at which the spend is known: sampled, or told by the traces before that. */
function earliestKnown(
  samples: readonly Sample[],
  traces: readonly RecentTrace[],
  figures: BudgetFigures,
): Sample {
  const [first, ...later] = samples as [Sample, ...Sample[]];
  const hourAgo = (samples.at(-1) ?? first).atUnixMs - HOUR_MS;
  if (first.atUnixMs <= hourAgo) return atMoment(first, later[0], hourAgo);
  if (figures.userId === undefined || traces.length === 0) return first;
  const own = traces.filter(({ userId }) => userId === figures.userId);
  const oldestKnown = Math.min(...traces.map(({ startedAtUnixMs }) => startedAtUnixMs));
  const since = Math.max(hourAgo, oldestKnown, figures.startsAtUnixMs ?? -Infinity);
  if (since >= first.atUnixMs) return first;
  const between = own.filter((trace) => trace.startedAtUnixMs >= since && endOf(trace) <= first.atUnixMs);
  const earlierUsd = between.reduce((sum, { costUsd }) => sum + costUsd, 0);
  // Traces that add up to more than the day's spend are not of this budget alone.
  if (earlierUsd > first.spentUsd) return first;
  return { atUnixMs: since, spentUsd: first.spentUsd - earlierUsd };
}

/** Between two samples the spend is taken to have grown evenly. */
function atMoment(before: Sample, after: Sample | undefined, atUnixMs: number): Sample {
  if (after === undefined || after.atUnixMs <= before.atUnixMs) return before;
  const share = (atUnixMs - before.atUnixMs) / (after.atUnixMs - before.atUnixMs);
  return { atUnixMs, spentUsd: before.spentUsd + (after.spentUsd - before.spentUsd) * share };
}

function endOf({ startedAtUnixMs, durationMs }: RecentTrace): number {
  return startedAtUnixMs + durationMs;
}

function endOfBudget(figures: BudgetFigures, nowUnixMs: number, usdPerHour: number): number | undefined {
  const { budget, totalRemainingUsd, resetsAtUnixMs } = figures;
  if (budget === undefined || totalRemainingUsd === undefined || totalRemainingUsd <= 0) return undefined;
  const endsAtUnixMs = nowUnixMs + (totalRemainingUsd * HOUR_MS) / usdPerHour;
  return resetsAtUnixMs !== undefined && endsAtUnixMs >= resetsAtUnixMs ? undefined : endsAtUnixMs;
}
