import { type HeaderList, jsonReply, type Reply } from '../provider/reply.ts';

/** What Google calls an HTTP status: https://cloud.google.com/apis/design/errors#handling_errors */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** Fields of every answer; `Vary` comes more than once, as from the real front end. */
export const GOOGLE_HEADERS: HeaderList = [
  ['Vary', 'Origin'],
  ['Vary', 'X-Origin'],
  ['Vary', 'Referer'],
  ['Server', 'scaffolding on HTTPServer2'],
  ['X-Frame-Options', 'SAMEORIGIN'],
];

export interface GoogleError {
  readonly error: { readonly code: number; readonly message: string; readonly status: string };
}

export function googleError(code: number, message: string): GoogleError {
  return { error: { code, message, status: STATUSES[code] ?? 'UNKNOWN' } };
}

export function googleRefusal(code: number, message: string, headers: HeaderList = []): Reply {
  return jsonReply(code, [...GOOGLE_HEADERS, ...headers], googleError(code, message), 2);
}
