import type { Clock } from '../clock.ts';

export interface ChangeFeedOptions {
  readonly clock: Clock;
  /** Changes closer to each other than this are one. */
  readonly coalesceMs?: number;
}

/**
 * Says that something has changed (a call settled, a budget, a grant, an annotation), and nothing of what: whoever
 * hears it asks the services, which everybody else asks too.
 */
export class ChangeFeed {
  readonly #clock: Clock;
  readonly #coalesceMs: number;
  readonly #listeners = new Set<(version: number) => void>();
  #version: number;
  #lastToldMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor({ clock, coalesceMs = 100 }: ChangeFeedOptions) {
    this.#clock = clock;
    this.#coalesceMs = coalesceMs;
    this.#version = clock.nowUnixMs();
  }

  /** Grows with every change that is told, over restarts too, as long as the machine's clock does not go back. */
  get version(): number {
    return this.#version;
  }

  changed(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#lastToldMs + this.#coalesceMs - this.#clock.monotonicMs();
    if (waitMs <= 0) {
      this.#tell();
      return;
    }
    this.#timer = setTimeout(() => this.#tell(), waitMs);
    // Nobody is to wait for news at the end of a process.
    this.#timer.unref();
  }

  /** Answers the way to end it. */
  subscribe(listener: (version: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastToldMs = this.#clock.monotonicMs();
    this.#version = Math.max(this.#version + 1, this.#clock.nowUnixMs());
    for (const listener of this.#listeners) listener(this.#version);
  }
}
