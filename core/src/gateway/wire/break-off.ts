import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';

/**
 * Ends an answer short, so that the client cannot take it for whole. Over HTTP/1.1 the end of the connection says
 * so, with a reset if the provider's own end was one; over HTTP/2 the connection carries other answers too, and
 * only the stream is reset (RFC 9113 section 5.4.2).
 */
export function breakOff(res: ServerResponse | Http2ServerResponse, cause: Error): void {
  if ('stream' in res) res.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else if ((cause as NodeJS.ErrnoException).code === 'ECONNRESET') res.socket?.resetAndDestroy();
  else res.socket?.destroySoon();
}
