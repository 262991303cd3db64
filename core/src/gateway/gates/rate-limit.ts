import type { Clock } from '../../clock.ts';
import type { RateWindows } from '../../storage/rate-windows.ts';
import type { UserRecord } from '../../storage/user-store.ts';
import { Refusal } from '../errors.ts';

/** Contract section 3, for a user who has no limit of their own. */
const DEFAULT_CALLS_A_MINUTE = 60;

const MINUTE_MS = 60_000;

/**
 * Gate 3: so many calls a user and minute. The minute is the clock's, so at its turn twice as many may come within
 * sixty seconds; for that a count is one number, and the same on every replica. What is refused is counted too.
 *
 * @throws Refusal `rate_limit_exceeded`, or `governance_unavailable` if the calls cannot be counted.
 */
export async function limitRate(
  windows: RateWindows,
  user: Pick<UserRecord, 'id' | 'rateLimit'>,
  clock: Clock,
): Promise<void> {
  const nowUnixMs = clock.nowUnixMs();
  const unixMinute = Math.floor(nowUnixMs / MINUTE_MS);
  let calls;
  try {
    calls = await windows.count(user.id, unixMinute);
  } catch (cause) {
    throw new Refusal(
      'governance_unavailable',
      'the rate limit cannot be checked right now: try again shortly',
      { cause },
    );
  }
  const limit = user.rateLimit ?? DEFAULT_CALLS_A_MINUTE;
  if (calls <= limit) return;
  const retryAfterSeconds = Math.ceil(((unixMinute + 1) * MINUTE_MS - nowUnixMs) / 1000);
  throw new Refusal('rate_limit_exceeded', `rate limit exceeded (${calls}/${limit} requests/min)`, {
    retryAfterSeconds,
  });
}
