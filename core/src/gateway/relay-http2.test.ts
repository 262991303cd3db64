import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createDualProtocolServer, type DualProtocolServer } from '../http/dual-protocol-server.ts';
import { Refusal, sendRefusal } from './errors.ts';
import { PassThrough } from './pass-through.ts';
import { Relay } from './relay.ts';
import { Upstream } from './upstream.ts';

/**
 * HTTP/2 takes less than HTTP/1.1: a second Content-Type or ETag of a provider's, or a status beyond 599, was thrown where
 * nobody catches, and took the whole process with it.
 */
describe('an answer of HTTP/1.1 over HTTP/2', () => {
  let answer: string;
  let provider: Server;
  let gateway: DualProtocolServer;
  let upstream: Upstream;
  let session: ClientHttp2Session;
  before(async () => {
    provider = createServer((socket) => {
      socket.once('data', () => socket.end(answer, 'latin1'));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const base = new URL(`http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
    upstream = new Upstream();
    gateway = createDualProtocolServer((_req, res) => {
      const relay = new Relay(res, new PassThrough(), ['X-Request-ID', 'mine'], {
        over: () => undefined,
        noAnswer: () => res.destroy(),
        failed: (cause) => {
          assert.ok(cause instanceof Refusal);
          sendRefusal(res, cause);
        },
      });
      upstream.send(base, 'GET', { path: '/', headers: [], body: Buffer.alloc(0) }, relay);
    });
    gateway.server.listen(0, '127.0.0.1');
    await once(gateway.server, 'listening');
    session = connect(`http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`);
  });
  after(async () => {
    session.destroy();
    gateway.cut();
    gateway.server.close();
    await upstream.close();
    provider.close();
  });

  const ask = async (...head: readonly string[]): Promise<{ headers: IncomingHttpHeaders; text: string }> => {
    answer = [...head, 'Content-Length: 2', '', 'ok'].join('\r\n');
    const stream = session.request({ ':path': '/' });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    return { headers, text: Buffer.concat(await stream.toArray()).toString() };
  };

  it('has the first of what may stand there once only, and all of the rest', async () => {
    const { headers, text } = await ask(
      'HTTP/1.1 200 OK',
      ...[
        'Content-Type: text/plain',
        'content-type: text/html',
        'ETag: "a"',
        'etag: "b"',
        'HTTP2-Settings: AAMA',
      ],
      ...['Set-Cookie: a=1', 'set-cookie: b=2', 'Vary: Origin', 'vary: Accept'],
    );
    assert.deepEqual(
      [
        headers['content-type'],
        headers['etag'],
        headers['set-cookie'],
        headers['vary'],
        headers['x-request-id'],
      ],
      ['text/plain', '"a"', ['a=1', 'b=2'], 'Origin, Accept', 'mine'],
    );
    assert.deepEqual([headers['http2-settings'], text], [undefined, 'ok']);
  });

  it('is refused where its status is none', async () => {
    const { headers, text } = await ask('HTTP/1.1 999 Odd');
    assert.equal(headers[':status'], 502);
    assert.match(text, /"the provider's answer has a head that cannot be passed on","type":"upstream_error"/);
  });
});
