import assert from 'node:assert/strict';
import { percentile, spreadOf } from './statistics.ts';

describe('benchmark statistics', () => {
  it('takes the middle figure of an odd number, and the mean of the two middle ones of an even number', () => {
    assert.deepEqual(spreadOf([9, 1, 5]), { median: 5, min: 1, max: 9 });
    assert.deepEqual(spreadOf([4, 1, 10, 2]), { median: 3, min: 1, max: 10 });
    assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 });
  });

  it('refuses to summarise nothing', () => {
    assert.throws(() => spreadOf([]), RangeError);
  });

  it('takes percentiles by nearest rank', () => {
    const figures = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.equal(percentile(figures, 50), 50);
    assert.equal(percentile(figures, 99), 99);
    assert.equal(percentile([3], 99), 3);
    assert.equal(percentile([], 50), NaN);
  });
});
