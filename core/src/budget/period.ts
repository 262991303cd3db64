import { Temporal } from 'temporal-polyfill';
import type { BudgetPeriod } from './ledger.ts';

/**
 * Which day a moment belongs to in the budget's time zone, days of 23 and 25 hours included.
 *
 * @param timeZone an IANA name such as `Europe/Berlin`.
 * @throws RangeError if the name is not a time zone.
 */
export function periodsIn(timeZone: string): (nowUnixMs: number) => BudgetPeriod {
  let current = periodAt(Date.now(), timeZone);
  return (nowUnixMs) => {
    // Every call asks, and the answer changes once a day.
    if (nowUnixMs < current.startUnixMs || nowUnixMs >= current.endUnixMs)
      current = periodAt(nowUnixMs, timeZone);
    return current;
  };
}

function periodAt(nowUnixMs: number, timeZone: string): BudgetPeriod {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowUnixMs))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const midnight = (day: Temporal.PlainDate): number => day.toZonedDateTime(timeZone).epochMilliseconds;
  return { key: today.toString(), startUnixMs: midnight(today), endUnixMs: midnight(today.add({ days: 1 })) };
}
