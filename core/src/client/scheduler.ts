import { type Clock, systemClock } from '../clock.ts';

/** Takes back what was scheduled; calling it twice, or too late, is harmless. */
export type Cancel = () => void;

/** A clock that can also wake its owner, so that a test can move time through both. */
export interface Scheduler extends Clock {
  /** Runs `task` once, `delayMs` from now, unless cancelled before. */
  after(delayMs: number, task: () => void): Cancel;
}

export const systemScheduler: Scheduler = {
  ...systemClock,
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Resolves after `delayMs`, or as soon as `signal` aborts. */
export function sleep(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = scheduler.after(delayMs, wake);
    signal.addEventListener('abort', wake);
  });
}
