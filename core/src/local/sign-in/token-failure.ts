import { isObject, type JsonObject } from '../../gateway/wire/json-shape.ts';
import { unreachableReason } from '../../gateway/upstream.ts';
import { CredentialsFileError } from './credentials-file.ts';

/** Why there is no token. */
export interface TokenFailure {
  /**
   * `nobody`: nobody has signed in; `ended`: the sign-in is over; `not_allowed`: the account may not do what it takes;
   * `unavailable`: whoever gives tokens did not, which may pass.
   */
  readonly kind: 'nobody' | 'ended' | 'not_allowed' | 'unavailable';
  /** For people: what is wrong, and what to do. */
  readonly message: string;
  /** For the log; holds no secret. */
  readonly reason: string;
}

/** Reads what Google's library threw. The error itself carries the request, and so must not be shown or logged. */
export function tokenFailureOf(cause: unknown): TokenFailure {
  const reason = reasonOf(cause);
  if (cause instanceof CredentialsFileError) return { kind: 'ended', message: cause.message, reason };
  if (/Could not load the default credentials/i.test(reason)) {
    return {
      kind: 'nobody',
      message: 'nobody is signed in on this machine: run `candela auth login`',
      reason: 'there are no credentials',
    };
  }
  const { status, code } = answerIn(cause);
  // RFC 6749 section 5.2: the refresh token is invalid, expired or revoked. `invalid_rapt`, with it, is Google's.
  if (code === 'invalid_grant') {
    return {
      kind: 'ended',
      message: 'your sign-in has expired or was revoked: run `candela auth login`',
      reason,
    };
  }
  if (status === 401 || status === 403 || code === 'invalid_client' || code === 'unauthorized_client') {
    return {
      kind: 'not_allowed',
      message: `Google refuses a token for your account (${reason}): \`candela auth status\` says who you are; an admin may have to allow it`,
      reason,
    };
  }
  if (/(give|gave) no ID token/.test(reason)) {
    return {
      kind: 'not_allowed',
      message: `${reason}: run \`candela auth login\`, or use a service account's credentials`,
      reason,
    };
  }
  return {
    kind: 'unavailable',
    message: `Google gave no token (${reason}): try again shortly, or run \`candela auth login\` if that goes on`,
    reason,
  };
}

function answerIn(cause: unknown): {
  readonly status?: number;
  readonly code?: string;
  readonly says?: string;
} {
  const response = isObject(cause) ? cause['response'] : undefined;
  if (!isObject(response)) return {};
  const { status, data } = response;
  return { ...(typeof status === 'number' && { status }), ...(isObject(data) && codeIn(data)) };
}

/** OAuth's errors are words (RFC 6749 section 5.2), those of Google's other APIs are objects with a message. */
function codeIn({ error, error_description: description }: JsonObject): {
  readonly code?: string;
  readonly says?: string;
} {
  if (typeof error === 'string') {
    return { code: error, says: typeof description === 'string' ? `${error}: ${description}` : error };
  }
  if (isObject(error) && typeof error['message'] === 'string') return { says: error['message'] };
  return {};
}

const MAX_REASON_LENGTH = 200;

function reasonOf(cause: unknown): string {
  const { status, says } = answerIn(cause);
  if (says !== undefined) return oneLine(says);
  if (status !== undefined) return `HTTP ${status}`;
  const code = isObject(cause) ? cause['code'] : undefined;
  if (cause instanceof Error && typeof code === 'string' && /^[A-Z_]+$/.test(code)) {
    return unreachableReason(cause);
  }
  return cause instanceof Error ? oneLine(cause.message) : 'unknown';
}

/** What looks like a token is left out, whatever the text it came in. */
function oneLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replaceAll(/[\w.~+/-]{40,}/g, '…').slice(0, MAX_REASON_LENGTH);
}
