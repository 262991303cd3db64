import assert from 'node:assert/strict';

import { BoundedCache } from './bounded-cache.ts';

describe('BoundedCache', () => {
  it('makes a value once, also when there is none', () => {
    const cache = new BoundedCache<string | undefined>(10);
    let made = 0;
    const make = (): undefined => {
      made += 1;
      return undefined;
    };
    assert.equal(cache.getOrMake('a', make), undefined);
    assert.equal(cache.getOrMake('a', make), undefined);
    assert.equal(made, 1);
  });

  it('never holds more than its capacity, and forgets the oldest first', () => {
    const cache = new BoundedCache<number>(100);
    for (let key = 0; key < 10_000; key++) cache.getOrMake(`key ${key}`, () => key);
    assert.equal(cache.size, 100);
    assert.equal(
      cache.getOrMake('key 9900', () => -1),
      9900,
    );
    assert.equal(
      cache.getOrMake('key 9899', () => -1),
      -1,
    );
  });
});
