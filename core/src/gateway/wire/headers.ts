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
const OURS = new Set([
  ...['traceparent', 'x-request-id', 'x-user-id', 'x-session-id', 'baggage'],
  // Who calls, as Google's proxies in front of a server say: https://cloud.google.com/iap/docs/identity-howto
  ...['x-goog-iap-jwt-assertion', 'x-goog-authenticated-user-email', 'x-goog-authenticated-user-id'],
  'x-serverless-authorization',
]);

/** Names and values in turn, as they came: case, order and repetition kept. */
export type RawHeaders = readonly string[];

/** What of a request's headers belongs to whoever answers it, at the next hop as at this one. */
export function headersForNextHop(raw: RawHeaders): string[] {
  return filtered(raw, staysAtNextHop);
}

/** What of a client's headers a provider gets: nothing that is Candela's, no matter who sent it. */
export function headersToForward(raw: RawHeaders): string[] {
  return filtered(raw, isForwarded);
}

/**
 * What of an answer's headers travels back to the client.
 *
 * @param from a provider's answer has the request's id and Candela's headers from this gateway alone; another Candela's
 *   keeps what that one said.
 */
export function headersToReturn(raw: readonly Buffer[], from: 'provider' | 'candela'): string[] {
  const keeps = from === 'provider' ? isReturned : isEndToEnd;
  // Header bytes above 127 have no agreed meaning; latin1 carries each through unchanged.
  const text = raw.map((bytes) => bytes.toString('latin1'));
  return filtered(text, keeps);
}

/** The first value of a header; names are compared without case. */
export function headerValue(raw: RawHeaders, name: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isNamed(raw[i] as string, name)) return raw[i + 1];
  }
  return undefined;
}

/** Every value of a header that may be repeated, in order. */
export function headerValues(raw: RawHeaders, name: string): string[] {
  return raw.filter((_, i) => i % 2 === 1 && isNamed(raw[i - 1] as string, name));
}

/** Takes every header of that name out, and puts `value` in if there is one. */
export function replaceHeader(raw: string[], name: string, value?: string): void {
  for (let i = raw.length - 2; i >= 0; i -= 2) {
    if (isNamed(raw[i] as string, name)) raw.splice(i, 2);
  }
  if (value !== undefined) raw.push(name, value);
}

/** Whether a header has this name, given in lower case; most differ in length already. */
export function isNamed(header: string, name: string): boolean {
  return header.length === name.length && (header === name || header.toLowerCase() === name);
}

// HTTP/2 has the request line among the headers, as `:method` and its like.
const staysAtNextHop = remembered((name) => !PER_HOP.has(name) && !name.startsWith(':'));
const isForwarded = remembered(
  (name) => staysAtNextHop(name) && !OURS.has(name) && !name.startsWith('x-candela-'),
);
const isEndToEnd = remembered((name) => !HOP_BY_HOP.has(name));
const isReturned = remembered(
  (name) => isEndToEnd(name) && name !== 'x-request-id' && !name.startsWith('x-candela-'),
);

/** What clients and providers call their headers is mostly the same from call to call. */
function remembered(decide: (lowerCaseName: string) => boolean): (name: string) => boolean {
  const decided = new Map<string, boolean>();
  return (name) => {
    const known = decided.get(name);
    if (known !== undefined) return known;
    const decision = decide(name.toLowerCase());
    // Names are the sender's to choose, and must not fill the memory.
    if (decided.size < MAX_REMEMBERED && name.length <= MAX_REMEMBERED_LENGTH) decided.set(name, decision);
    return decision;
  };
}

const MAX_REMEMBERED = 1_000;
const MAX_REMEMBERED_LENGTH = 64;

function filtered(raw: RawHeaders, keeps: (name: string) => boolean): string[] {
  const named = connectionOptions(raw);
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    if (!keeps(name) || named?.has(name.toLowerCase())) continue;
    kept.push(name, raw[i + 1] as string);
  }
  return kept;
}

function connectionOptions(raw: RawHeaders): ReadonlySet<string> | undefined {
  const value = headerValue(raw, 'connection');
  if (value === undefined || value === 'keep-alive' || value === 'close') return undefined;
  return new Set(value.split(',').map((option) => option.trim().toLowerCase()));
}
