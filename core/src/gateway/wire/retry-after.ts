/**
 * What a `Retry-After` header asks for, in milliseconds from now; never less than 0, `undefined` if it is neither
 * whole seconds nor a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(header: string | undefined, nowUnixMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const atUnixMs = httpDateUnixMs(text);
  return atUnixMs === undefined ? undefined : Math.max(0, atUnixMs - nowUnixMs);
}

/** The form of today, that of RFC 850 with two digits of a year, and that of C's `asctime`, which names no zone. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
function httpDateUnixMs(text: string): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  const unixMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(unixMs) ? undefined : unixMs;
}
