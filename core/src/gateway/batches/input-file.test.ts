import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../clock.ts';
import { Upstream } from '../upstream.ts';
import { MAX_FILE_BYTES, MAX_REQUESTS, readInputFile } from './input-file.ts';

const MIB = 1024 * 1024;

describe('the input file of a batch', () => {
  const servers: Server[] = [];
  let upstream: Upstream;
  beforeEach(() => {
    upstream = new Upstream();
  });
  afterEach(async () => {
    await upstream.close();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  const readFrom = async (listener: RequestListener, isAbandoned = (): boolean => false) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const outgoing = {
      path: '/v1/files/f/content',
      headers: ['authorization', 'Bearer k'],
      body: Buffer.alloc(0),
    };
    let lines = 0;
    await readInputFile(
      { upstream, base, outgoing, isAbandoned, clock: systemClock, provider: 'openai' },
      () => {
        lines++;
      },
    );
    return lines;
  };
  /** Answers with the same piece over and over. */
  const repeated =
    (piece: string | Buffer, times: number): RequestListener =>
    (_req, res) => {
      let left = times;
      const more = (): void => {
        while (left-- > 0) if (!res.write(piece)) return void res.once('drain', more);
        res.end();
      };
      more();
    };

  it('is read a line at a time, with the caller’s own key', async () => {
    let asked: unknown[] = [];
    const lines = await readFrom((req, res) => {
      asked = [req.method, req.url, req.headers.authorization];
      res.end('{"a":1}\n\n{"b":2}');
    });
    assert.deepEqual([lines, asked], [2, ['GET', '/v1/files/f/content', 'Bearer k']]);
  });

  it('may have as many requests as the provider takes, and no more', async () => {
    assert.equal(await readFrom(repeated('{}\n', MAX_REQUESTS)), MAX_REQUESTS);
    await assert.rejects(readFrom(repeated('{}\n', MAX_REQUESTS + 1)), {
      ...{ type: 'request_too_large', status: 413 },
      message: /has more than 50000 requests: make several batches/,
    });
  });

  it('may be as large as the provider takes, and is not read on past that', async () => {
    const line = Buffer.from(`{"a":"${'x'.repeat(MIB - 9)}"}\n`);
    assert.equal(line.length, MIB);
    assert.equal(await readFrom(repeated(line, MAX_FILE_BYTES / MIB)), MAX_FILE_BYTES / MIB);
    const endless = repeated(line, 1_000_000);
    await assert.rejects(readFrom(endless), { type: 'request_too_large', message: /larger than 200 MiB/ });
    await assert.rejects(readFrom(repeated(Buffer.alloc(MIB, 'x'), 12)), {
      ...{ type: 'request_too_large', message: /a request of more than 10 MiB/ },
    });
  });

  it('that is not what it should be is refused, with what to do', async () => {
    await assert.rejects(
      readFrom((_req, res) => res.end('{"a":1}\n[1]\n')),
      {
        ...{ type: 'invalid_request_error', message: /request 2 of the batch: the line is no JSON object/ },
      },
    );
    const status =
      (code: number): RequestListener =>
      (_req, res) =>
        res.writeHead(code).end('{}');
    await assert.rejects(readFrom(status(404)), {
      type: 'invalid_request_error',
      message: /HTTP 404.*input_file_id/,
    });
    await assert.rejects(readFrom(status(500)), { type: 'upstream_error', message: /HTTP 500/ });
  });

  it('that breaks off is the provider’s failure, and one that nobody waits for is read no further', async () => {
    const cut: RequestListener = (_req, res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('{"a":1}\n');
      res.socket?.destroy();
    };
    await assert.rejects(readFrom(cut), { type: 'upstream_error' });
    await assert.rejects(
      readFrom(repeated('{}\n', 1_000_000), () => true),
      { type: 'invalid_request_error', message: /the client left/ },
    );
  });
});
