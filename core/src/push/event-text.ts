/**
 * The text of an event stream: WHATWG HTML, section 9.2.6 "Interpreting an event stream". A line that begins with a
 * colon is a comment, which every reader skips.
 */

/** Where what was heard last is remembered by its version, as the event's id. */
export function changeEvent(version: number): string {
  return `event: change\nid: ${version}\ndata: {"version":${version}}\n\n`;
}

/** Says only that the line is alive. */
export const HEARTBEAT = ': heartbeat\n\n';

/** How soon a reader whose connection was cut comes back, unless it knows better. */
export function retryAfter(retryMs: number): string {
  return `retry: ${retryMs}\n\n`;
}
