import { replaceHeader } from '../wire/headers.ts';

/** Ask for a part of an answer, or for none: RFC 9110 sections 13.1 and 14.2. */
const PARTIAL = ['range', 'if-range', 'if-none-match', 'if-modified-since'];

/** Belong to the body that came with them. */
const OF_THE_BODY = ['content-type', 'content-encoding', 'content-md5', 'idempotency-key', 'accept'];

/** Has the provider answer with the whole, which is what is charged. */
export function askForWhole(headers: string[]): void {
  for (const name of PARTIAL) replaceHeader(headers, name);
}

/** The headers of a client's call for a `GET` of Candela's own on its behalf, with the client's credentials. */
export function headersToReadWith(headers: readonly string[]): string[] {
  const kept = [...headers];
  askForWhole(kept);
  for (const name of OF_THE_BODY) replaceHeader(kept, name);
  return kept;
}
