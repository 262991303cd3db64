import type { Cancel, Scheduler } from '../scheduler.ts';

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A scheduler whose time stands still until a test moves it. */
export class ManualScheduler implements Scheduler {
  readonly #startUnixMs: number;
  readonly #tasks = new Set<Task>();
  #elapsedMs = 0;
  #sleptMs = 0;
  #scheduledCount = 0;

  constructor(startUnixMs: number = Date.UTC(2026, 10, 21, 12)) {
    this.#startUnixMs = startUnixMs;
  }

  nowUnixMs(): number {
    return this.#startUnixMs + this.#elapsedMs + this.#sleptMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  /** How many tasks were ever scheduled: tells one that was replaced from one that still waits. */
  get scheduledCount(): number {
    return this.#scheduledCount;
  }

  after(delayMs: number, run: () => void): Cancel {
    this.#scheduledCount += 1;
    const task = { dueMs: this.#elapsedMs + delayMs, run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** Delays until each waiting task is due, shortest first. */
  get pendingDelaysMs(): readonly number[] {
    return [...this.#tasks].map(({ dueMs }) => dueMs - this.#elapsedMs).toSorted((a, b) => a - b);
  }

  /** Moves the wall clock alone, as a machine that sleeps does: timers wait for as long as before. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
  }

  /** Moves time, running on the way what becomes due, in order. */
  advance(ms: number): void {
    const targetMs = this.#elapsedMs + ms;
    for (;;) {
      const [next] = [...this.#tasks].toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined || next.dueMs > targetMs) break;
      this.#tasks.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.run();
    }
    this.#elapsedMs = targetMs;
  }
}
