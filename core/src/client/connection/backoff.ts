export interface BackoffPolicy {
  /** The longest wait after the first failure. */
  readonly initialMs: number;
  /** No wait is ever longer. */
  readonly maxMs: number;
}

/**
 * How long to wait after the `failures`-th failure in a row (1 = the first): the ceiling doubles with each
 * failure, and the wait lies at random in its upper half, so that many editors do not come back in step.
 *
 * @param random a number in [0, 1), as `Math.random` gives.
 */
export function backoffDelayMs(failures: number, policy: BackoffPolicy, random: number): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  const ceilingMs = Math.min(policy.maxMs, policy.initialMs * 2 ** doublings);
  return Math.round(ceilingMs * (0.5 + random / 2));
}
