import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal, type Refusal, sendRefusal } from '../../gateway/errors.ts';
import { sendJson } from '../../gateway/wire/send-json.ts';
import { isGrpcCall, sendGrpcFailure } from './grpc.ts';

/**
 * Answers why a request went no further, in the form in which whoever asks reads it: for the services gRPC's or
 * Connect's (https://connectrpc.com/docs/protocol#unary-error), for everything else the gateway's.
 */
export function sendFailure(
  req: IncomingMessage,
  res: ServerResponse,
  failure: Refusal | IdentityRefusal,
): void {
  if (res.headersSent) sendRefusal(res, failure);
  else if (isGrpcCall(req)) sendGrpcFailure(res, failure);
  else if (isConnectCall(req)) {
    sendJson(res, failure.status, { code: codeOf(failure), message: failure.message });
  } else sendRefusal(res, failure);
}

function isConnectCall({ url = '', headers }: IncomingMessage): boolean {
  return url.startsWith('/candela.v1.') && !headers['content-type']?.startsWith('application/grpc-web');
}

/** https://connectrpc.com/docs/protocol#error-codes */
function codeOf(failure: Refusal | IdentityRefusal): string {
  if (failure instanceof IdentityRefusal)
    return failure.status === 401 ? 'unauthenticated' : 'permission_denied';
  return failure.type === 'upstream_error' ? 'unavailable' : 'invalid_argument';
}
