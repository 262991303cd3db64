import type { Cancel, Scheduler } from './scheduler.ts';

export interface WakeWatchOptions {
  readonly scheduler: Scheduler;
  /** Time has passed: what tells an age has a new one. */
  readonly onTick: () => void;
  /** The machine has slept, or its clock was set: nothing that was known before need be true now. */
  readonly onWake: () => void;
}

const TICK_MS = 15_000;

/** Timers are late on a busy machine too, but not by so much. */
const SLEPT_MS = 20_000;

/**
 * Watches time itself. Timers stand still while a machine sleeps (on Linux and macOS: their clock does not count it), so
 * that one set for a minute may come hours later; the wall clock tells.
 */
export class WakeWatch {
  readonly #options: WakeWatchOptions;
  #cancel: Cancel = () => {};

  constructor(options: WakeWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { scheduler, onTick, onWake } = this.#options;
    const dueUnixMs = scheduler.nowUnixMs() + TICK_MS;
    this.#cancel();
    this.#cancel = scheduler.after(TICK_MS, () => {
      const hasSlept = Math.abs(scheduler.nowUnixMs() - dueUnixMs) > SLEPT_MS;
      this.start();
      if (hasSlept) onWake();
      else onTick();
    });
  }

  stop(): void {
    this.#cancel();
  }
}
