import type { Cancel, Scheduler } from '../scheduler.ts';

export interface FocusPauseOptions {
  readonly scheduler: Scheduler;
  readonly pauseAfterMs: number;
  readonly onPause: () => void;
  readonly onResume: () => void;
}

/** Finds out when nobody has looked at a window for long, and when somebody does again. */
export class FocusPause {
  readonly #options: FocusPauseOptions;
  #isFocused = true;
  #isPaused = false;
  #cancel: Cancel = () => {};

  constructor(options: FocusPauseOptions) {
    this.#options = options;
  }

  get isFocused(): boolean {
    return this.#isFocused;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  setFocused(isFocused: boolean): void {
    if (this.#isFocused === isFocused) return;
    this.#isFocused = isFocused;
    this.#cancel();
    if (!isFocused)
      this.#cancel = this.#options.scheduler.after(this.#options.pauseAfterMs, () => this.#pause());
    else if (this.#isPaused) {
      this.#isPaused = false;
      this.#options.onResume();
    }
  }

  /** Nobody is called any more. */
  stop(): void {
    this.#cancel();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#options.onPause();
  }
}
