import type { Cancel, Scheduler } from '../scheduler.ts';

/** From the end of one run to the start of the next. */
const LEAST_GAP_MS = 250;
const MOST_GAP_MS = 1_000;

/** A run is followed by so many times its own duration of rest. */
const REST_PER_RUN = 4;

/**
 * Runs what many events ask for: at once, and while events keep coming again and again with a rest between, so that a
 * burst of changes costs the daemon little however slowly it answers. The last event is always followed by a run.
 */
export class RefreshThrottle {
  readonly #scheduler: Scheduler;
  readonly #run: () => Promise<void>;
  #restUntilMs = -Infinity;
  #isRunning = false;
  #isWanted = false;
  #cancel: Cancel = () => {};

  constructor(scheduler: Scheduler, run: () => Promise<void>) {
    this.#scheduler = scheduler;
    this.#run = run;
  }

  request(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    if (!this.#isRunning) this.#schedule();
  }

  /** Forgets what was requested. */
  cancel(): void {
    this.#isWanted = false;
    this.#cancel();
  }

  #schedule(): void {
    const restMs = this.#restUntilMs - this.#scheduler.monotonicMs();
    if (restMs <= 0) void this.#begin();
    else this.#cancel = this.#scheduler.after(restMs, () => void this.#begin());
  }

  async #begin(): Promise<void> {
    this.#isWanted = false;
    this.#isRunning = true;
    const startedMs = this.#scheduler.monotonicMs();
    await this.#run();
    const endedMs = this.#scheduler.monotonicMs();
    const restMs = Math.min(MOST_GAP_MS, Math.max(LEAST_GAP_MS, REST_PER_RUN * (endedMs - startedMs)));
    this.#restUntilMs = endedMs + restMs;
    this.#isRunning = false;
    if (this.#isWanted) this.#schedule();
  }
}
