import type { HandlerContext } from '@connectrpc/connect';
import { invalidArgument } from './errors.ts';

/** Visible ASCII without the quotes that may stand around it; as long as any other id. */
const KEY = /^[\x21\x23-\x7e]{1,128}$/;

/**
 * What names a request that may be sent more than once: the header `Idempotency-Key`, a string in quotes
 * (draft-ietf-httpapi-idempotency-key-header, section 2.1); without them too, as many clients send it.
 *
 * @throws ConnectError `invalid_argument` for one that is no key.
 */
export function idempotencyKeyOf({ requestHeader }: HandlerContext): string | undefined {
  const value = requestHeader.get('idempotency-key');
  if (value === null) return undefined;
  const key = /^"(.*)"$/.exec(value)?.[1] ?? value;
  if (KEY.test(key)) return key;
  throw invalidArgument('idempotency_key: must be 1 to 128 visible ASCII characters');
}
