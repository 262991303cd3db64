import type { RateWindows } from '../rate-windows.ts';

/** Counts for one process. */
export function createMemoryRateWindows(): RateWindows {
  let newest = -Infinity;
  let calls = new Map<string, number>();
  return {
    async count(userId, unixMinute) {
      if (unixMinute !== newest) calls = new Map();
      newest = unixMinute;
      const counted = (calls.get(userId) ?? 0) + 1;
      calls.set(userId, counted);
      return counted;
    },
  };
}
