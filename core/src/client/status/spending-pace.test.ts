import assert from 'node:assert/strict';
import type { BudgetFigures } from '../figures/budget-figures.ts';
import type { RecentTrace } from '../traces/recent-traces.ts';
import { SpendingWatch } from './spending-pace.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

const figuresAt = (spentUsd: number, more: Partial<BudgetFigures> = {}): BudgetFigures => ({
  ...{ userId: 'ada', periodKey: '2026-11-21', spentUsd, tokens: 1, grants: [] },
  ...{ startsAtUnixMs: Date.UTC(2026, 10, 21), resetsAtUnixMs: Date.UTC(2026, 10, 22) },
  budget: { limitUsd: 10, remainingUsd: Math.max(0, 10 - spentUsd) },
  totalRemainingUsd: Math.max(0, 10 - spentUsd),
  ...more,
});
const traceAt = (minutesAgo: number, costUsd: number, userId = 'ada'): RecentTrace => ({
  ...{ traceId: `t${minutesAgo}`, userId, model: 'm', provider: 'p', costUsd, tokens: 1, hasFailed: false },
  ...{ startedAtUnixMs: NOON - minutesAgo * MINUTE, durationMs: 1_000 },
});

/** Looks every so often at a spend that changes as told. */
function watchOver(samples: readonly (readonly [atMinute: number, spentUsd: number])[]): SpendingWatch {
  const watch = new SpendingWatch();
  for (const [minute, spentUsd] of samples) {
    watch.add({ figures: figuresAt(spentUsd), receivedAtUnixMs: NOON + minute * MINUTE });
  }
  return watch;
}

describe('SpendingWatch', () => {
  it('says nothing before it has seen ten minutes, or if nothing was spent', () => {
    assert.equal(new SpendingWatch().pace(figuresAt(1), []), undefined);
    assert.equal(
      watchOver([
        [0, 1],
        [9.9, 2],
      ]).pace(figuresAt(2), []),
      undefined,
    );
    assert.equal(
      watchOver([
        [0, 1],
        [30, 1],
      ]).pace(figuresAt(1), []),
      undefined,
    );
  });

  it('extends what it saw to an hour', () => {
    const pace = watchOver([
      [0, 1],
      [30, 2],
    ]).pace(figuresAt(2), []);
    assert.deepEqual([pace?.usdPerHour, pace?.observedMs], [2, 30 * MINUTE]);
  });

  it('goes by the last hour alone once it has seen more', () => {
    const samples: [number, number][] = [[0, 0]];
    for (let minute = 1; minute <= 180; minute += 1)
      samples.push([minute, minute <= 120 ? 5 : 5 + (minute - 120) / 60]);
    const pace = watchOver(samples).pace(figuresAt(6), []);
    assert.equal(pace?.observedMs, 60 * MINUTE);
    assert.ok(Math.abs((pace?.usdPerHour ?? 0) - 1) < 1e-9, String(pace?.usdPerHour));
  });

  it('spreads a spend evenly over a gap in what it saw', () => {
    // $2 in two hours, the first of which is outside of the hour.
    const pace = watchOver([
      [0, 0],
      [120, 2],
    ]).pace(figuresAt(2), []);
    assert.deepEqual([pace?.usdPerHour, pace?.observedMs], [1, 60 * MINUTE]);
  });

  it('foresees the end of what is left, grants included', () => {
    const watch = watchOver([
      [0, 2],
      [60, 4],
    ]);
    const atOne = NOON + 60 * MINUTE;
    assert.equal(watch.pace(figuresAt(4), [])?.endsAtUnixMs, atOne + 180 * MINUTE);
    assert.equal(watch.pace(figuresAt(4, { totalRemainingUsd: 8 }), [])?.endsAtUnixMs, atOne + 240 * MINUTE);
  });

  it('foresees no end after the day’s, past it, or without a budget', () => {
    const watch = watchOver([
      [0, 0],
      [60, 0.1],
    ]);
    const { budget: _budget, ...without } = figuresAt(0.1);
    for (const figures of [figuresAt(0.1), figuresAt(0.1, { totalRemainingUsd: 0 }), without]) {
      assert.notEqual(watch.pace(figures, []), undefined);
      assert.equal(watch.pace(figures, [])?.endsAtUnixMs, undefined);
    }
  });

  it('looks back on the developer’s own traces where it has not seen enough itself', () => {
    const watch = watchOver([[0, 3]]);
    const traces = [traceAt(5, 0.5), traceAt(20, 1), traceAt(30, 0.5), traceAt(10, 7, 'bob')];
    const pace = watch.pace(figuresAt(3), traces);
    assert.deepEqual([pace?.usdPerHour, pace?.observedMs], [4, 30 * MINUTE]);
    const old = [...traces, traceAt(90, 0.3)];
    assert.deepEqual(
      [watch.pace(figuresAt(3), old)?.usdPerHour, watch.pace(figuresAt(3), old)?.observedMs],
      [2, 60 * MINUTE],
    );
  });

  it('does not go by traces that add up to more than the spend, or whose owner it cannot tell', () => {
    const watch = watchOver([[0, 1]]);
    assert.equal(watch.pace(figuresAt(1), [traceAt(30, 5)]), undefined);
    const { userId: _user, ...anonymous } = figuresAt(1);
    assert.equal(watch.pace(anonymous, [traceAt(30, 0.5)]), undefined);
  });

  it('begins anew after a reset, on a new day, and for another user', () => {
    const anew: readonly Partial<BudgetFigures>[] = [
      { spentUsd: 0.5 },
      { periodKey: '2026-11-22' },
      { userId: 'bob' },
    ];
    for (const change of anew) {
      const watch = watchOver([
        [0, 1],
        [30, 2],
      ]);
      const figures = figuresAt(3, change);
      watch.add({ figures, receivedAtUnixMs: NOON + 40 * MINUTE });
      assert.equal(watch.pace(figures, []), undefined);
    }
  });
});
