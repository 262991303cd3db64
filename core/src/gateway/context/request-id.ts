import { randomHex } from './random-hex.ts';

/** What a caller may choose itself (contract section 1): safe in a header, a log line and a file name. */
const ACCEPTED = /^[A-Za-z0-9-]{1,128}$/;

/** The caller's `X-Request-ID` if it is acceptable, else 32 new hex digits. */
export function requestIdFrom(header: string | undefined): string {
  return header !== undefined && ACCEPTED.test(header) ? header : randomHex(16);
}
