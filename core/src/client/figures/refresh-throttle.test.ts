import assert from 'node:assert/strict';
import { RefreshThrottle } from './refresh-throttle.ts';
import { eventually } from '../testing/eventually.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';

describe('RefreshThrottle', () => {
  let scheduler: ManualScheduler;
  let runs: number;
  let end: () => void;
  let throttle: RefreshThrottle;
  beforeEach(() => {
    scheduler = new ManualScheduler();
    runs = 0;
    throttle = new RefreshThrottle(scheduler, () => {
      runs += 1;
      return new Promise((resolve) => (end = resolve));
    });
  });

  const restsFor = (expectedMs: number) =>
    eventually(`a rest of ${expectedMs} ms`, () => scheduler.pendingDelaysMs[0] === expectedMs);

  it('runs at once for the first, and once more for all that come meanwhile', async () => {
    throttle.request();
    assert.equal(runs, 1);
    for (let index = 0; index < 10; index += 1) throttle.request();
    end();
    await restsFor(250);
    scheduler.advance(250);
    assert.equal(runs, 2);
    end();
    throttle.cancel();
  });

  it('rests longer after a run that took longer, up to a second', async () => {
    for (const [tookMs, restMs] of [
      [100, 400],
      [5_000, 1_000],
    ] as const) {
      throttle.request();
      scheduler.advance(tookMs);
      throttle.request();
      end();
      await restsFor(restMs);
      throttle.cancel();
      scheduler.advance(restMs);
    }
  });

  it('forgets what was requested when it is cancelled', async () => {
    throttle.request();
    throttle.request();
    end();
    await restsFor(250);
    throttle.cancel();
    scheduler.advance(1_000);
    assert.equal(runs, 1);
    throttle.request();
    assert.equal(runs, 2);
    end();
  });
});
