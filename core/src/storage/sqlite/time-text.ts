/**
 * A moment as SQLite's own date functions write it, to the microsecond: `2026-07-31 09:05:00.123456`, UTC. So
 * `start_time > datetime('now', '-7 days')` means what it says, and text order is time order.
 * https://www.sqlite.org/lang_datefunc.html
 */
export function timeText(unixUs: number): string {
  const unixSecond = Math.floor(unixUs / 1_000_000);
  const micros = String(unixUs - unixSecond * 1_000_000);
  return `${secondText(unixSecond)}.${micros.padStart(6, '0')}`;
}

let lastSecond = { unixSecond: NaN, text: '' };

/** Spans that are written together began and ended within a few seconds. */
function secondText(unixSecond: number): string {
  if (unixSecond !== lastSecond.unixSecond) {
    const iso = new Date(unixSecond * 1000).toISOString();
    lastSecond = { unixSecond, text: `${iso.slice(0, 10)} ${iso.slice(11, 19)}` };
  }
  return lastSecond.text;
}

/** SQL for the inverse: the microseconds since 1970 of a column that holds `timeText`. */
export function unixUsOfTimeText(column: string): string {
  return `(unixepoch(substr(${column}, 1, 19)) * 1000000 + CAST(substr(${column}, 21) AS INTEGER))`;
}
