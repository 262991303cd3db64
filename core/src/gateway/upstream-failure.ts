/**
 * Node's and undici's codes for what is the network's or the provider's doing. Whatever else ends a call before its
 * answer (a header that undici will not send, a pool that is closed) says nothing about the provider.
 * https://nodejs.org/api/errors.html#common-system-errors
 * https://undici.nodejs.org/#/docs/api/Errors
 */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const BROKE_BEFORE_ANSWER: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** Whether no connection came about, so that not a byte of the call has left for the provider. */
export function isConnectFailure(cause: Error): boolean {
  return NOT_CONNECTED.has(codeOf(cause));
}

/** Whether a call without an answer is the provider's failure: no connection, a broken one, or silence. */
export function isProviderFailure(cause: Error): boolean {
  // What is no HTTP has a name and no code.
  if (cause.name === 'HTTPParserError') return true;
  const code = codeOf(cause);
  return NOT_CONNECTED.has(code) || BROKE_BEFORE_ANSWER.has(code) || /CERT|TLS|SSL/.test(code);
}

function codeOf(cause: Error): string {
  return (cause as NodeJS.ErrnoException).code ?? '';
}
