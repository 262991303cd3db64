import assert from 'node:assert/strict';
import { systemClock } from '../clock.ts';
import { eventually } from '../client/testing/eventually.ts';
import { ChangeFeed } from './change-feed.ts';

describe('ChangeFeed', () => {
  it('tells the first change at once, and many in a row as one, the last included', async () => {
    let nowMs = 0;
    const feed = new ChangeFeed({ clock: { ...systemClock, monotonicMs: () => nowMs }, coalesceMs: 20 });
    const versions: number[] = [];
    feed.subscribe((version) => versions.push(version));
    feed.changed();
    assert.equal(versions.length, 1);
    for (let index = 0; index < 100; index += 1) feed.changed();
    assert.equal(versions.length, 1);
    nowMs = 20;
    await eventually('the changes that came meanwhile', () => versions.length === 2);
    feed.changed();
    await eventually('one more', () => versions.length === 3);
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(versions).size, 3);
    assert.equal(feed.version, versions.at(-1));
  });

  it('grows even when the machine’s clock goes back, and over a restart', () => {
    let nowUnixMs = 1_000_000;
    const clock = { nowUnixMs: () => nowUnixMs, monotonicMs: () => nowUnixMs };
    const feed = new ChangeFeed({ clock, coalesceMs: 0 });
    const before = feed.version;
    nowUnixMs = 1_000_000;
    feed.changed();
    assert.equal(feed.version, before + 1);
    nowUnixMs = 2_000_000;
    assert.ok(new ChangeFeed({ clock }).version > feed.version);
  });

  it('leaves alone who no longer listens', () => {
    const feed = new ChangeFeed({ clock: systemClock });
    let calls = 0;
    feed.subscribe(() => (calls += 1))();
    feed.changed();
    assert.equal(calls, 0);
  });
});
