import assert from 'node:assert/strict';
import fc from 'fast-check';
import { periodsIn } from './period.ts';

const HOUR_MS = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const lengthHours = (timeZone: string, iso: string): number => {
  const { startUnixMs, endUnixMs } = periodsIn(timeZone)(at(iso));
  return (endUnixMs - startUnixMs) / HOUR_MS;
};

describe('budget period', () => {
  it('turns at midnight in the budget’s time zone, to the millisecond', () => {
    const periodAt = periodsIn('Europe/Berlin');
    const before = periodAt(at('2026-07-31T21:59:59.999Z'));
    const after = periodAt(at('2026-07-31T22:00:00.000Z'));
    assert.deepEqual([before.key, after.key], ['2026-07-31', '2026-08-01']);
    assert.equal(before.endUnixMs, at('2026-07-31T22:00:00Z'));
    assert.equal(after.startUnixMs, before.endUnixMs);
  });

  it('knows days of 23 and of 25 hours, and of half an hour more or less', () => {
    assert.equal(lengthHours('Europe/Berlin', '2026-03-29T12:00:00Z'), 23);
    assert.equal(lengthHours('Europe/Berlin', '2026-10-25T12:00:00Z'), 25);
    assert.equal(lengthHours('Australia/Lord_Howe', '2026-10-03T20:00:00Z'), 23.5);
    assert.equal(lengthHours('Australia/Lord_Howe', '2026-04-04T20:00:00Z'), 24.5);
  });

  it('begins a day whose midnight the clocks skip at its first moment', () => {
    const { key, startUnixMs } = periodsIn('Africa/Cairo')(at('2026-04-24T12:00:00Z'));
    assert.deepEqual([key, startUnixMs], ['2026-04-24', at('2026-04-24T01:00:00+03:00')]);
  });

  it('knows zones off the hour, and one that left out a whole day', () => {
    assert.equal(periodsIn('Asia/Kathmandu')(at('2026-01-01T18:14:59Z')).key, '2026-01-01');
    assert.equal(periodsIn('Asia/Kathmandu')(at('2026-01-01T18:15:00Z')).key, '2026-01-02');
    const apia = periodsIn('Pacific/Apia');
    const last = apia(at('2011-12-30T09:59:59Z'));
    const next = apia(at('2011-12-30T10:00:00Z'));
    assert.deepEqual([last.key, next.key], ['2011-12-29', '2011-12-31']);
    assert.equal(last.endUnixMs, next.startUnixMs);
  });

  it('goes back with a clock that is set back', () => {
    const periodAt = periodsIn('UTC');
    const keys = [
      '2026-05-02T00:00:00Z',
      '2026-05-01T23:59:59Z',
      '2026-05-02T00:00:00Z',
      '2030-01-01T00:00:00Z',
    ].map((iso) => periodAt(at(iso)).key);
    assert.deepEqual(keys, ['2026-05-02', '2026-05-01', '2026-05-02', '2030-01-01']);
  });

  it('puts every moment into one period, which has the moment’s own date', () => {
    const zones = [
      'UTC',
      'America/St_Johns',
      'Asia/Tehran',
      'Pacific/Chatham',
      'America/Santiago',
      'Africa/Casablanca',
    ];
    const dates = new Map(
      zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })]),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(fc.integer({ min: at('2015-01-01'), max: at('2035-01-01') }), {
          minLength: 1,
          maxLength: 5,
        }),
        (timeZone, moments) => {
          const periodAt = periodsIn(timeZone);
          for (const moment of moments) {
            const { key, startUnixMs, endUnixMs } = periodAt(moment);
            assert.equal(key, dates.get(timeZone)?.format(moment));
            assert.ok(startUnixMs <= moment && moment < endUnixMs);
          }
        },
      ),
    );
  });

  it('refuses a name that is no time zone', () => {
    assert.throws(() => periodsIn('Mars/Olympus_Mons'), RangeError);
  });
});
