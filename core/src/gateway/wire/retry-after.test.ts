import assert from 'node:assert/strict';
import { retryAfterMs } from './retry-after.ts';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);

  it('is whole seconds', () => {
    assert.equal(retryAfterMs('0', now), 0);
    assert.equal(retryAfterMs(' 120 ', now), 120_000);
  });

  it('is a date in any of the three forms, all of them GMT', () => {
    for (const date of [
      'Sat, 21 Nov 2026 12:00:07 GMT',
      'Saturday, 21-Nov-26 12:00:07 GMT',
      'Sat Nov 21 12:00:07 2026',
    ])
      assert.equal(retryAfterMs(date, now), 7_000, date);
    assert.equal(retryAfterMs('Sun Nov  1 12:00:07 2026', now), 0);
  });

  it('asks for no wait when its date has passed', () => {
    assert.equal(retryAfterMs('Fri, 20 Nov 2026 12:00:00 GMT', now), 0);
  });

  it('is nothing when it is neither', () => {
    for (const text of [
      undefined,
      '',
      'soon',
      '-1',
      '1.5',
      '1e3',
      '2026-11-21',
      'Sat, 99 Nov 2026 99:99:99 GMT',
    ])
      assert.equal(retryAfterMs(text, now), undefined);
  });
});
