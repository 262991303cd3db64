/** Time as the rest of the core sees it, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970; may jump when the system's clock is set. */
  nowUnixMs(): number;
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowUnixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
