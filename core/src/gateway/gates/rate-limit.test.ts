import assert from 'node:assert/strict';
import { createMemoryRateWindows } from '../../storage/memory/rate-windows.ts';
import { openDatabase } from '../../storage/sqlite/open.ts';
import { RATE_WINDOW_SCHEMA } from '../../storage/sqlite/rate-window-schema.ts';
import { createSqliteRateWindows } from '../../storage/sqlite/rate-windows.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { Refusal } from '../errors.ts';
import { limitRate } from './rate-limit.ts';

async function refusalOf(attempt: Promise<void>): Promise<Refusal> {
  const outcome = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  assert.ok(outcome instanceof Refusal);
  return outcome;
}

describe('rate limit', () => {
  const clock = manualClock('2026-11-21T12:00:48.500Z');

  it('lets sixty calls of a minute through, and says of the next how many there are and when to come back', async () => {
    const windows = createMemoryRateWindows();
    for (let call = 0; call < 60; call++) await limitRate(windows, { id: 'ada' }, clock);
    const { type, status, message, retryAfterSeconds } = await refusalOf(
      limitRate(windows, { id: 'ada' }, clock),
    );
    assert.deepEqual([type, status], ['rate_limit_exceeded', 429]);
    assert.equal(message, 'rate limit exceeded (61/60 requests/min)');
    assert.equal(retryAfterSeconds, 12);
    await limitRate(windows, { id: 'bob' }, clock);
  });

  it('starts afresh with the next minute', async () => {
    const windows = createMemoryRateWindows();
    const user = { id: 'ada', rateLimit: 1 };
    const moved = manualClock('2026-11-21T12:00:59.999Z');
    await limitRate(windows, user, moved);
    assert.equal((await refusalOf(limitRate(windows, user, moved))).retryAfterSeconds, 1);
    moved.advanceMs(1);
    await limitRate(windows, user, moved);
    assert.equal((await refusalOf(limitRate(windows, user, moved))).retryAfterSeconds, 60);
  });

  it('keeps to a user’s own limit', async () => {
    const windows = createMemoryRateWindows();
    const user = { id: 'ada', rateLimit: 2 };
    for (let call = 0; call < 2; call++) await limitRate(windows, user, clock);
    const { message } = await refusalOf(limitRate(windows, user, clock));
    assert.equal(message, 'rate limit exceeded (3/2 requests/min)');
  });

  it('refuses while calls cannot be counted', async () => {
    const db = openDatabase({ path: ':memory:', schema: [RATE_WINDOW_SCHEMA] });
    const windows = createSqliteRateWindows(db);
    db.exec('DROP TABLE rate_windows');
    assert.equal((await refusalOf(limitRate(windows, { id: 'ada' }, clock))).type, 'governance_unavailable');
    db.close();
  });
});
