import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../gateway/errors.ts';
import { PassThrough } from '../../gateway/pass-through.ts';
import { Relay } from '../../gateway/relay.ts';
import { unreachableReason, type Upstream } from '../../gateway/upstream.ts';
import { headersForNextHop, replaceHeader } from '../../gateway/wire/headers.ts';
import { asGrpcWeb, GrpcAnswer, isGrpcCall } from './grpc.ts';
import type { RemoteIdentity } from './remote-identity.ts';

/** The team's server, and who calls it. */
export interface Remote {
  /** One object, kept: its connections are found by it. */
  readonly server: URL;
  readonly upstream: Upstream;
  readonly identity: RemoteIdentity;
}

/**
 * Carries a request to the team's server under the developer's identity, and its answer back, each byte as it comes.
 * Resolves when the answer is over, however it ended.
 *
 * @throws Refusal, IdentityRefusal if there is nothing to answer with yet
 */
export async function forward(
  req: IncomingMessage,
  res: ServerResponse,
  { remote, body }: { readonly remote: Remote; readonly body: Buffer },
): Promise<void> {
  const headers = await signedHeaders(req, remote);
  const isGrpc = isGrpcCall(req);
  if (isGrpc) asGrpcWeb(headers);
  // The client may have left while a token was got.
  if (res.destroyed) return;
  await new Promise<void>((resolve, reject) => {
    const relay = new Relay(res, isGrpc ? new GrpcAnswer(res) : new PassThrough(), [], {
      ...{ over: resolve, failed: reject },
      noAnswer: (cause) => reject(unreachable(cause)),
    });
    const { server, upstream } = remote;
    upstream.send(server, req.method ?? 'GET', { path: req.url ?? '/', headers, body }, relay);
  });
}

/** The client's headers for the server, with the developer's identity in them. @throws Refusal, IdentityRefusal */
export async function signedHeaders(req: IncomingMessage, { identity }: Remote): Promise<string[]> {
  const headers = headersForNextHop(req.rawHeaders);
  // Nobody is who a header says that anybody can write.
  replaceHeader(headers, 'x-user-id');
  await identity.sign(headers);
  return headers;
}

/** In words that carry no address. */
export function unreachable(cause: Error): Refusal {
  const message = `could not reach the team's Candela server: ${unreachableReason(cause)}`;
  return new Refusal('upstream_error', message, { cause });
}
