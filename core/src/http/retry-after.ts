/**
 * How long a server asks to be left alone, from its `Retry-After` in either of its forms, seconds or a date.
 * `undefined` where it says nothing that can be understood. RFC 9110 section 10.2.3.
 *
 * @param nowUnixMs for the date.
 */
export function retryAfterMs(header: string | null | undefined, nowUnixMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // A date of HTTP begins with the day's name; `Date.parse` alone takes far more for a date.
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const atUnixMs = Date.parse(text);
  return Number.isNaN(atUnixMs) ? undefined : Math.max(0, atUnixMs - nowUnixMs);
}
