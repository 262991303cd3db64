import assert from 'node:assert/strict';
import { retryAfterMs } from './retry-after.ts';

describe('Retry-After', () => {
  const NOW = Date.parse('2026-07-31T12:00:00Z');
  for (const [header, ms] of [
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['Fri, 31 Jul 2026 12:00:10 GMT', 10_000],
    ['Fri, 31 Jul 2026 11:00:00 GMT', 0],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026', 2_026_000],
    ['2026-07-31', undefined],
    ['Fri, never', undefined],
  ] as const) {
    it(`of ${JSON.stringify(header)} is ${ms}`, () => assert.equal(retryAfterMs(header, NOW), ms));
  }
});
