import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal, type Refusal } from '../../gateway/errors.ts';
import { PassThrough } from '../../gateway/pass-through.ts';
import { replaceHeader } from '../../gateway/wire/headers.ts';
import { GrpcWebFrames } from './grpc-web-frames.ts';

/**
 * gRPC by way of gRPC-Web. gRPC ends an answer with trailers, which many a proxy on the way to a team's server drops;
 * gRPC-Web has them in the body, and is the same otherwise.
 */

const GRPC = /^application\/grpc(?=$|[+;])/;
const GRPC_WEB = /^application\/grpc-web(?=$|[+;])/;

export function isGrpcCall({ headers }: IncomingMessage): boolean {
  return GRPC.test(headers['content-type'] ?? '');
}

/** The request's headers, for gRPC-Web. */
export function asGrpcWeb(headers: string[]): void {
  const type =
    headers[headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type') + 1];
  replaceHeader(headers, 'content-type', type?.replace(GRPC, 'application/grpc-web'));
  replaceHeader(headers, 'x-grpc-web', '1');
}

/** Makes gRPC of a gRPC-Web answer. Any other answer, a proxy's say, is the client's to read. */
export class GrpcAnswer extends PassThrough {
  readonly #res: ServerResponse;
  #frames: GrpcWebFrames | undefined;

  constructor(res: ServerResponse) {
    super();
    this.#res = res;
  }

  override begin(_status: number, headers: string[]): string[] {
    const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type') + 1;
    const type = at === 0 ? '' : (headers[at] as string);
    if (!GRPC_WEB.test(type)) return headers;
    this.#frames = new GrpcWebFrames();
    replaceHeader(headers, 'content-type', type.replace(GRPC_WEB, 'application/grpc'));
    // It counts the trailers, too.
    replaceHeader(headers, 'content-length');
    return headers;
  }

  rewrite(chunk: Buffer | 'end'): Buffer {
    if (this.#frames === undefined) return chunk === 'end' ? NOTHING : chunk;
    if (chunk !== 'end') return this.#frames.push(chunk);
    this.#res.addTrailers(byName(this.#frames.trailers() ?? CUT_OFF));
    return NOTHING;
  }
}

/** A name may come more than once. */
function byName(trailers: readonly [name: string, value: string][]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of trailers) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

const NOTHING = Buffer.alloc(0);

/** https://grpc.io/docs/guides/status-codes/ */
const CODES = { unavailable: 14, unauthenticated: 16, permission_denied: 7, resource_exhausted: 8 } as const;

const CUT_OFF: [string, string][] = [
  ['grpc-status', String(CODES.unavailable)],
  ['grpc-message', encodeURIComponent('the answer was cut off on its way')],
];

/** Answers why a call went no further: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses */
export function sendGrpcFailure(res: ServerResponse, failure: Refusal | IdentityRefusal): void {
  const status =
    failure instanceof IdentityRefusal
      ? CODES[failure.status === 401 ? 'unauthenticated' : 'permission_denied']
      : CODES[failure.type === 'request_too_large' ? 'resource_exhausted' : 'unavailable'];
  res.writeHead(200, [
    ...['content-type', 'application/grpc', 'grpc-status', String(status)],
    ...['grpc-message', encodeURIComponent(failure.message)],
  ]);
  res.end();
}
