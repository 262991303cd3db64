/**
 * A moment as SQLite's own date functions write it, to the microsecond: `2026-07-31 09:05:00.123456`, UTC. So
 * `start_time > datetime('now', '-7 days')` means what it says, and text order is time order.
 * https://www.sqlite.org/lang_datefunc.html
 */
export function timeText(unixUs: number): string {
  const unixMs = Math.floor(unixUs / 1000);
  const iso = new Date(unixMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(unixUs - unixMs * 1000).padStart(3, '0')}`;
}

/** SQL for the inverse: the microseconds since 1970 of a column that holds `timeText`. */
export function unixUsOfTimeText(column: string): string {
  return `(unixepoch(substr(${column}, 1, 19)) * 1000000 + CAST(substr(${column}, 21) AS INTEGER))`;
}
