/** How often and how long a call is tried again before its client hears of it. */
export interface RetryRules {
  /** The first one included. */
  readonly maxAttempts: number;
  /** From the first attempt's start to the last one's; what would start later is not tried. */
  readonly totalMs: number;
  /** Before the second attempt; doubled before each one after it. */
  readonly firstDelayMs: number;
}

export const RETRY_RULES: RetryRules = { maxAttempts: 3, totalMs: 5_000, firstDelayMs: 100 };

/** Why an attempt gave nothing the client could use; not a byte of an answer has gone to it. */
export type FailedAttempt =
  /** Not a byte of the call has left for the provider. */
  | { readonly kind: 'not_connected' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs: number | undefined };

export interface Attempts {
  /** Failed ones, this one included. */
  readonly made: number;
  /** Since the first one started. */
  readonly elapsedMs: number;
  /** Doing the call twice is the same as doing it once, and costs nothing: a GET that is not priced. */
  readonly isRepeatable: boolean;
}

/** Answers that say "not now" and not "no". */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * How long to wait before the next attempt; `undefined`: the client gets what there is. A call to a model is only
 * tried again if it cannot have been worked on.
 *
 * @param random from 0 up to 1; without it all callers of a provider that comes back would come back at once.
 */
export function retryDelayMs(
  failed: FailedAttempt,
  { made, elapsedMs, isRepeatable }: Attempts,
  random: number,
  rules: RetryRules = RETRY_RULES,
): number | undefined {
  if (failed.kind === 'status' && !(isRepeatable && PASSING.has(failed.status))) return undefined;
  if (made >= rules.maxAttempts) return undefined;
  const backoffMs = rules.firstDelayMs * 2 ** (made - 1) * (0.5 + random / 2);
  const asked = failed.kind === 'status' ? failed.retryAfterMs : undefined;
  const delayMs = Math.max(asked ?? 0, backoffMs);
  return elapsedMs + delayMs > rules.totalMs ? undefined : delayMs;
}
