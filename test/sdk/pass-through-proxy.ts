import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request as sendUpstream } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PassThroughProxy {
  url: string;
  stop(): Promise<void>;
}

/** What a test may get wrong on purpose, to see that it is noticed. */
export interface Tampering {
  /** Changes the header fields of an answer: names and values in turn. */
  headers?: (raw: string[]) => string[];
  /** Changes a piece of a body. */
  piece?: (piece: Buffer) => Buffer;
  statusText?: string;
  /** Ends an answer properly although upstream broke it off. */
  hidesBreaks?: boolean;
}

const OF_ONE_CONNECTION = /^(connection|keep-alive|transfer-encoding)$/i;
const NOT_FOR_PROVIDERS =
  /^(connection|keep-alive|transfer-encoding|x-candela-.*|x-user-id|x-session-id|baggage|proxy-authorization)$/i;

/**
 * The smallest gateway there can be: `/proxy/<name>/…` goes to `upstream` with the prefix and what is Candela's
 * taken off, and everything comes back as it is. The comparison must find nothing to say about it.
 */
export async function startPassThroughProxy(
  upstream: string,
  tampering: Tampering = {},
): Promise<PassThroughProxy> {
  const server = createServer((request, response) => forward(upstream, request, response, tampering));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function forward(
  upstream: string,
  request: IncomingMessage,
  response: ServerResponse,
  tampering: Tampering,
): void {
  const path = (request.url ?? '').replace(/^\/proxy\/[^/]+/, '');
  const outgoing = sendUpstream(`${upstream}${path}`, {
    method: request.method ?? 'GET',
    headers: withHost(without(NOT_FOR_PROVIDERS, request.rawHeaders), new URL(upstream).host),
    agent: false,
  });
  request.pipe(outgoing);
  response.once('close', () => outgoing.destroy());
  outgoing.once('error', () => refuse(response));
  outgoing.once('response', (answer) => {
    const { headers = (raw: string[]) => raw, piece = (bytes: Buffer) => bytes, statusText } = tampering;
    response.sendDate = false;
    const status = statusText ?? answer.statusMessage ?? '';
    response.writeHead(
      answer.statusCode ?? 0,
      status,
      headers(without(OF_ONE_CONNECTION, answer.rawHeaders)),
    );
    response.flushHeaders();
    answer.on('data', (bytes: Buffer) => response.write(piece(bytes)));
    answer.once('end', () => response.end());
    answer.once('error', () => (tampering.hidesBreaks === true ? response.end() : response.destroy()));
  });
}

function refuse(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const error = { message: 'upstream is unreachable', type: 'upstream_error', code: 'upstream_error' };
  response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

function withHost(raw: string[], host: string): string[] {
  return raw.map((value, index) => (raw[index - 1]?.toLowerCase() === 'host' ? host : value));
}

/** Takes fields out of names and values in turn. */
function without(names: RegExp, raw: string[]): string[] {
  return raw.filter((_, index) => !names.test(raw[index - (index % 2)] ?? ''));
}
