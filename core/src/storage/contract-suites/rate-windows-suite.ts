import assert from 'node:assert/strict';
import type { RateWindows } from '../rate-windows.ts';

/** What every counter of calls must do. `open` gives an empty one on the real engine. */
export function describeRateWindows(name: string, open: () => RateWindows): void {
  describe(`rate windows: ${name}`, () => {
    let windows: RateWindows;
    beforeEach(() => {
      windows = open();
    });

    it('count from one, each user and each minute apart', async () => {
      assert.deepEqual([await windows.count('ada', 7), await windows.count('ada', 7)], [1, 2]);
      assert.equal(await windows.count('bob', 7), 1);
      assert.equal(await windows.count('ada', 8), 1);
      assert.equal(await windows.count('bob', 8), 1);
    });

    it('count every one of many calls at once', async () => {
      const counts = await Promise.all(Array.from({ length: 200 }, () => windows.count('ada', 7)));
      assert.deepEqual(
        counts.toSorted((a, b) => a - b),
        Array.from({ length: 200 }, (_, index) => index + 1),
      );
    });

    it('take any text for a user', async () => {
      for (const user of ['', `'; DROP TABLE rate_windows; --`, 'ü你🌍', '__proto__'])
        assert.deepEqual([await windows.count(user, 7), await windows.count(user, 7)], [1, 2]);
    });
  });
}
