import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { timeText, unixUsOfTimeText } from './time-text.ts';

describe('a moment as SQLite’s text', () => {
  it('is written as SQLite writes it, with microseconds', () => {
    assert.equal(timeText(1_772_600_767_000_001), '2026-03-04 05:06:07.000001');
    assert.equal(timeText(0), '1970-01-01 00:00:00.000000');
    assert.equal(timeText(-1), '1969-12-31 23:59:59.999999');
  });

  it('is read back by SQLite to the microsecond, and sorts as the moments do', () => {
    const db = new DatabaseSync(':memory:');
    const read = db.prepare(`SELECT ${unixUsOfTimeText('t')} AS us FROM (SELECT ? AS t)`, {
      readBigInts: true,
    });
    const moment = fc.maxSafeInteger();
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        assert.equal(read.get(timeText(one))?.['us'], BigInt(one));
        assert.equal(timeText(one) < timeText(other), one < other);
      }),
    );
    db.close();
  });
});
