/** Meant for one connection, not for the next one: RFC 9110 section 7.6.1, with its older relatives. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Written anew for every hop: where the request goes, and how long it is. */
const PER_HOP = new Set([...HOP_BY_HOP, 'host', 'content-length', 'expect']);

/** What is between the client and Candela, or is written anew with this call's own span. */
const OURS = new Set(['traceparent', 'x-request-id', 'x-user-id', 'x-session-id', 'baggage']);

/** Names and values in turn, as they came: case, order and repetition kept. */
export type RawHeaders = readonly string[];

/** What of a request's headers belongs to whoever answers it, at the next hop as at this one. */
export function headersForNextHop(raw: RawHeaders): string[] {
  return filtered(raw, (name) => !PER_HOP.has(name));
}

/** What of a client's headers a provider gets: nothing that is Candela's, no matter who sent it. */
export function headersToForward(raw: RawHeaders): string[] {
  return filtered(raw, (name) => !PER_HOP.has(name) && !OURS.has(name) && !name.startsWith('x-candela-'));
}

/** What of a provider's headers travels back to the client. */
export function headersToReturn(raw: readonly Buffer[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    // Header bytes above 127 have no agreed meaning; latin1 carries each through unchanged.
    const name = (raw[i] as Buffer).toString('latin1');
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    kept.push(name, (raw[i + 1] as Buffer).toString('latin1'));
  }
  return kept;
}

/** The first value of a header; names are compared without case. */
export function headerValue(raw: RawHeaders, name: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if ((raw[i] as string).toLowerCase() === name) return raw[i + 1];
  }
  return undefined;
}

/** Takes every header of that name out, and puts `value` in if there is one. */
export function replaceHeader(raw: string[], name: string, value?: string): void {
  for (let i = raw.length - 2; i >= 0; i -= 2) {
    if ((raw[i] as string).toLowerCase() === name) raw.splice(i, 2);
  }
  if (value !== undefined) raw.push(name, value);
}

function filtered(raw: RawHeaders, keeps: (name: string) => boolean): string[] {
  const named = connectionOptions(raw);
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    // HTTP/2 has the request line among the headers, as `:method` and its like.
    if (name.startsWith(':') || named?.has(name) || !keeps(name)) continue;
    kept.push(raw[i] as string, raw[i + 1] as string);
  }
  return kept;
}

function connectionOptions(raw: RawHeaders): ReadonlySet<string> | undefined {
  const value = headerValue(raw, 'connection');
  if (value === undefined || value === 'keep-alive' || value === 'close') return undefined;
  return new Set(value.split(',').map((option) => option.trim().toLowerCase()));
}
