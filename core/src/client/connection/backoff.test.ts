import assert from 'node:assert/strict';
import { backoffDelayMs } from './backoff.ts';

const POLICY = { initialMs: 5_000, maxMs: 60_000 };

describe('backoffDelayMs', () => {
  it('doubles up to the cap', () => {
    const longest = [1, 2, 3, 4, 5, 6, 1_000].map((failures) => backoffDelayMs(failures, POLICY, 1));
    assert.deepEqual(longest, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  it('spreads over the upper half', () => {
    assert.equal(backoffDelayMs(2, POLICY, 0), 5_000);
    assert.equal(backoffDelayMs(2, POLICY, 0.5), 7_500);
  });
});
