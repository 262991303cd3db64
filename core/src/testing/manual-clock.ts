import type { Clock } from '../clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Milliseconds since 1970, or a date in ISO 8601. */
  set(now: number | string): void;
  advanceMs(ms: number): void;
}

export function manualClock(start: number | string): ManualClock {
  let nowUnixMs = new Date(start).getTime();
  let monotonicMs = 0;
  return {
    nowUnixMs: () => nowUnixMs,
    monotonicMs: () => monotonicMs,
    set(now) {
      nowUnixMs = new Date(now).getTime();
    },
    advanceMs(ms) {
      nowUnixMs += ms;
      monotonicMs += ms;
    },
  };
}
