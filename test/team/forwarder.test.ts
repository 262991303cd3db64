import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { sendRaw, withLength } from '../gateway/raw-http.ts';

const MIB = 1024 * 1024;
const STREAM_BYTES = 256 * MIB;

/** Any HTTP server that a daemon could have for a remote: what it does is up to each test. */
describe('what a daemon in team mode carries', () => {
  let remote: Server;
  let daemon: TestDaemon;
  let answer: (req: IncomingMessage, res: ServerResponse) => void;
  const sockets: Socket[] = [];
  const seen: IncomingMessage[] = [];

  before(async () => {
    remote = createServer((req, res) => {
      seen.push(req);
      answer(req, res);
    });
    remote.on('connection', (socket) => sockets.push(socket));
    remote.listen(0, '127.0.0.1');
    await once(remote, 'listening');
    daemon = await startDaemon({ remote: `http://127.0.0.1:${(remote.address() as AddressInfo).port}` });
  });
  beforeEach(() => {
    seen.length = 0;
    answer = (req, res) => void req.resume().once('end', () => res.end('{}'));
  });
  after(async () => {
    await daemon.kill();
    remote.closeAllConnections();
    remote.close();
  });

  /** Peak of the daemon's resident memory, as Linux counts it. */
  const peakBytes = (): number =>
    Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1]) * 1024;

  it('waits for a client that reads slowly, and keeps little of 256 MB', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    let sending: ServerResponse | undefined;
    answer = (req, res) => {
      req.resume();
      sending = res;
      const write = (): void => {
        while (written < STREAM_BYTES) {
          written += piece.length;
          if (!res.write(piece)) {
            res.once('drain', write);
            return;
          }
        }
        res.end();
      };
      write();
    };
    const before_ = peakBytes();
    const [res] = (await once(get(`${daemon.url}/large`), 'response')) as [IncomingMessage];
    // Nobody reads yet: all buffers on the way fill up, and then the server has to wait.
    let last = -1;
    await waitUntil({
      what: 'the server to wait for the client',
      probe: () => {
        const isStill = sending?.writableNeedDrain === true && written === last;
        last = written;
        return isStill || undefined;
      },
    });
    assert.ok(written < STREAM_BYTES / 2, `${written} bytes were taken although nobody read`);
    let received = 0;
    for await (const chunk of res as AsyncIterable<Buffer>) received += chunk.length;
    assert.equal(received, STREAM_BYTES);
    const grown = peakBytes() - before_;
    assert.ok(grown < STREAM_BYTES / 2, `the daemon grew by ${Math.round(grown / MIB)} MiB`);
  });

  it('ends at the server as soon as the client hangs up', async () => {
    const left = Promise.withResolvers<void>();
    answer = (_req, res) => {
      res.once('close', () => left.resolve());
      res.write('begun');
    };
    const request = get(`${daemon.url}/stream`);
    const [res] = (await once(request, 'response')) as [IncomingMessage];
    await once(res, 'data');
    request.destroy();
    await left.promise;
  });

  it('goes over connections that are used again', async () => {
    const before_ = sockets.length;
    for (let i = 0; i < 30; i++) await (await fetch(`${daemon.url}/v1/models?i=${i}`)).text();
    assert.equal(seen.length, 30);
    assert.ok(sockets.length - before_ <= 1, `${sockets.length - before_} new connections`);
  });

  it('goes over a new connection where the server has closed the old one', async () => {
    await (await fetch(`${daemon.url}/readyz`)).text();
    remote.closeAllConnections();
    const answered = await waitUntil({
      what: 'an answer over a new connection',
      probe: async () => {
        const response = await fetch(`${daemon.url}/readyz`);
        return response.status === 200 ? response.text() : undefined;
      },
    });
    assert.equal(answered, '{}');
  });

  it('is no body larger than 10 MiB, of which the server learns nothing', async () => {
    const body = Buffer.alloc(10 * MIB + 1, 'x');
    const refused = await sendRaw(daemon.url, {
      path: '/proxy/openai/v1/chat/completions',
      headers: withLength(body),
      body,
    });
    assert.equal(refused.status, 413);
    assert.match(refused.body, /larger than 10 MiB/);
    const chunked = await fetch(`${daemon.url}/v1/traces`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    assert.equal(chunked.status, 413);
    await chunked.text();
    assert.deepEqual(seen, []);
    const largest = await fetch(`${daemon.url}/v1/traces`, { method: 'POST', body: body.subarray(1) });
    assert.equal(largest.status, 200);
  });

  it('is nothing that is meant for one connection, and nobody that a client says it is', async () => {
    answer = (req, res) => {
      req.resume();
      res.writeHead(200, [
        ...['Connection', 'keep-alive', 'Keep-Alive', 'timeout=9', 'X-Twice', 'a', 'X-Twice', 'b'],
        ...['Content-Length', '2'],
      ]);
      res.end('{}');
    };
    const answered = await sendRaw(daemon.url, {
      method: 'GET',
      path: '/v1/projects',
      headers: [
        ...['Connection: close, X-Only-Here', 'X-Only-Here: 1', 'TE: trailers', 'Upgrade: h2c'],
        ...['Proxy-Authorization: Bearer mine', 'X-User-Id: boss@example.com', 'X-Kept: Ünicode'],
      ],
    });
    assert.equal(answered.status, 200);
    assert.equal(answered.headers.get('keep-alive'), undefined);
    const names = seen[0]?.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    assert.deepEqual(names?.toSorted(), ['connection', 'host', 'x-kept']);
  });

  it('comes back as it was sent, packed or not', async () => {
    const packed = Buffer.from('1f8b0800000000000003ab56a0001a00a6e6e8f500000000', 'hex');
    answer = (req, res) => {
      req.resume();
      res.writeHead(201, { 'content-encoding': 'gzip', etag: '"1"' });
      res.end(packed);
    };
    const request = get(`${daemon.url}/anything`, { headers: { 'accept-encoding': 'gzip' } });
    const [res] = (await once(request, 'response')) as [IncomingMessage];
    assert.deepEqual([res.statusCode, res.headers.etag], [201, '"1"']);
    assert.deepEqual(await buffer(res), packed);
  });

  it('tells no address when it goes nowhere', async () => {
    answer = (req) => void req.socket.destroy();
    const response = await fetch(`${daemon.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"gpt-4o"}',
    });
    assert.equal(response.status, 502);
    const text = await response.text();
    assert.match(text, /could not reach the team's Candela server: the connection broke before an answer/);
    assert.equal(/127\.0\.0\.1|localhost|\d{4,5}/.test(text), false);
  });
});
