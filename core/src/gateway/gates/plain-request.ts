import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors.ts';

/** By which some servers take a request for another one than its method says, Google's among them. */
const METHOD_OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/**
 * What a request costs is judged by its method and path, so it must ask for nothing but what these say.
 *
 * @throws Refusal `invalid_request_error` for another method in a header, `pricing_not_configured` for a WebSocket, which
 *   would carry any number of calls that nobody counts.
 */
export function refuseOtherMeaning(req: Pick<IncomingMessage, 'headers'>): void {
  for (const name of METHOD_OVERRIDES) {
    if (req.headers[name] === undefined) continue;
    throw new Refusal('invalid_request_error', `${name} is not passed on: send the request with that method`);
  }
  // Other protocols are only offered, and a server may go on without (`h2c`, which Java's client sends unasked).
  if (!/\bwebsocket\b/i.test(req.headers.upgrade ?? '')) return;
  throw new Refusal(
    'pricing_not_configured',
    'what is asked over a WebSocket costs an amount not known to Candela, so none is opened: use the HTTP endpoints,' +
      ' such as /v1/responses, instead of a realtime API',
  );
}
