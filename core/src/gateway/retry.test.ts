import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RETRY_RULES, retryDelayMs, type FailedAttempt } from './retry.ts';

const NOT_CONNECTED: FailedAttempt = { kind: 'not_connected' };
const status = (code: number, retryAfterMs?: number): FailedAttempt => ({
  kind: 'status',
  status: code,
  retryAfterMs,
});
const first = { made: 1, elapsedMs: 0 };

describe('retry', () => {
  it('tries any call again that never left, a little later each time', () => {
    for (const isRepeatable of [true, false]) {
      assert.equal(retryDelayMs(NOT_CONNECTED, { ...first, isRepeatable }, 1), 100);
      assert.equal(retryDelayMs(NOT_CONNECTED, { made: 2, elapsedMs: 100, isRepeatable }, 1), 200);
      assert.equal(retryDelayMs(NOT_CONNECTED, { made: 3, elapsedMs: 300, isRepeatable }, 1), undefined);
    }
  });

  it('tries again after an answer only what may be done twice, and only what may pass', () => {
    for (const code of [429, 502, 503, 504]) {
      assert.equal(retryDelayMs(status(code), { ...first, isRepeatable: true }, 0), 50);
      assert.equal(retryDelayMs(status(code), { ...first, isRepeatable: false }, 0), undefined);
    }
    for (const code of [200, 301, 400, 401, 404, 500, 501, 505, 529])
      assert.equal(retryDelayMs(status(code), { ...first, isRepeatable: true }, 0), undefined);
  });

  it('waits as long as it is asked to, or not at all', () => {
    const attempts = { ...first, isRepeatable: true };
    assert.equal(retryDelayMs(status(429, 2_000), attempts, 0), 2_000);
    assert.equal(retryDelayMs(status(429, 0), attempts, 0), 50);
    assert.equal(retryDelayMs(status(429, 5_001), attempts, 0), undefined);
  });

  it('stays within its time whatever happens', () => {
    const failed = fc.oneof(
      fc.constant(NOT_CONNECTED),
      fc.record({
        kind: fc.constant('status' as const),
        status: fc.integer({ min: 100, max: 599 }),
        retryAfterMs: fc.option(fc.nat(10_000), { nil: undefined }),
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(failed, fc.nat(3_000))), fc.boolean(), (history, isRepeatable) => {
        let elapsedMs = 0;
        let made = 0;
        for (const [one, tookMs] of history) {
          elapsedMs += tookMs;
          const delayMs = retryDelayMs(one, { made: ++made, elapsedMs, isRepeatable }, 0.5);
          if (delayMs === undefined) break;
          elapsedMs += delayMs;
          assert.ok(delayMs > 0 && elapsedMs <= RETRY_RULES.totalMs);
          assert.ok(isRepeatable || one.kind === 'not_connected');
        }
        assert.ok(made <= RETRY_RULES.maxAttempts);
      }),
    );
  });
});
