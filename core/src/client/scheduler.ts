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
