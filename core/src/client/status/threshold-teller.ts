import type { BudgetFigures } from '../figures/budget-figures.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import {
  keyOf,
  type ThresholdMark,
  type ThresholdNews,
  type ThresholdNotice,
  thresholdNews,
  type ToldThresholds,
} from './thresholds.ts';

export interface ThresholdTellerOptions {
  readonly told: ToldThresholds;
  readonly onReached: (notice: ThresholdNotice) => void;
  readonly scheduler: Scheduler;
  readonly percents: readonly number[];
  readonly isFocused: () => boolean;
}

/** A window in the background lets one that is looked at speak first. */
const BACKGROUND_GRACE_MS = 3_000;

/** Tells of each threshold once a day, together with all others that share `told`. */
export class ThresholdTeller {
  readonly #options: ThresholdTellerOptions;
  readonly #handled = new Set<string>();
  readonly #stopping = new AbortController();
  #tail: Promise<void> = Promise.resolve();

  constructor(options: ThresholdTellerOptions) {
    this.#options = options;
  }

  look(figures: BudgetFigures): void {
    const { percents } = this.#options;
    const news = thresholdNews(figures, percents, (mark) => this.#handled.has(keyOf(mark)));
    if (news.marks.length === 0) return;
    for (const mark of news.marks) this.#handled.add(keyOf(mark));
    this.#tail = this.#tail.then(() => this.#tell(news));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#tail;
  }

  async #tell({ marks, notice }: ThresholdNews): Promise<void> {
    const { signal } = this.#stopping;
    if (!this.#options.isFocused()) await sleep(this.#options.scheduler, BACKGROUND_GRACE_MS, signal);
    if (signal.aborted) return;
    let isOurs = false;
    for (const mark of marks) isOurs = await this.#claim(mark);
    if (isOurs && notice !== undefined && !signal.aborted) this.#options.onReached(notice);
  }

  async #claim(mark: ThresholdMark): Promise<boolean> {
    try {
      return await this.#options.told.claim(mark);
    } catch {
      // Where nothing can be remembered across windows, each window says it once: better twice than never.
      return true;
    }
  }
}
