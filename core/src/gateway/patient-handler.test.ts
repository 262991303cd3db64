import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import { systemClock } from '../clock.ts';
import { PatientHandler, type AnswerHandler } from './patient-handler.ts';
import { Upstream } from './upstream.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

/** Keeps what it is told, and the end of it. */
class Recorder implements AnswerHandler {
  readonly told: string[] = [];
  readonly ended = Promise.withResolvers<void>();
  cause: Error | undefined;

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.told.push(`status ${status}`);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.told.push(chunk.toString());
  }

  onResponseEnd(): void {
    this.told.push('end');
    this.ended.resolve();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, cause: Error): void {
    this.cause = cause;
    this.told.push('error');
    this.ended.resolve();
  }
}

describe('patient handler', () => {
  const upstreams: Upstream[] = [];
  const servers: Server[] = [];
  const listen = async (answer: Answer, port = 0): Promise<number> => {
    const server = createServer(answer).listen(port, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const closeServers = async (): Promise<void> => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  afterEach(async () => {
    for (const upstream of upstreams.splice(0)) await upstream.close();
    await closeServers();
  });

  /** Sends one call and resolves with what its handler was told. */
  const call = async (
    port: number,
    method: 'GET' | 'POST',
    special: { readonly isAbandoned?: () => boolean } = {},
  ): Promise<Recorder> => {
    const upstream = new Upstream();
    upstreams.push(upstream);
    const url = new URL(`http://127.0.0.1:${port}`);
    const recorder = new Recorder();
    const outgoing = { path: '/x', headers: [], body: Buffer.from(method === 'GET' ? '' : '{}') };
    const send = (handler: Dispatcher.DispatchHandler): void => upstream.send(url, method, outgoing, handler);
    const isRepeatable = method === 'GET';
    send(
      new PatientHandler(recorder, {
        ...{ send, isRepeatable, clock: systemClock, isAbandoned: () => false },
        ...special,
      }),
    );
    await recorder.ended.promise;
    return recorder;
  };
  /** A server that answers these statuses one after the other, and counts. */
  const answering = async (
    statuses: readonly number[],
    headers: Record<string, string> = {},
  ): Promise<{ readonly port: number; calls(): number }> => {
    let calls = 0;
    const port = await listen((_req, res) => {
      const status = statuses[calls++] ?? 200;
      res.writeHead(status, status === 200 ? {} : headers).end(`answer ${calls}`);
    });
    return { port, calls: () => calls };
  };

  it('passes a first good answer on as it comes', async () => {
    const { port, calls } = await answering([]);
    assert.deepEqual((await call(port, 'POST')).told, ['status 200', 'answer 1', 'end']);
    assert.equal(calls(), 1);
  });

  it('sends a repeatable call again, up to three times', async () => {
    const twice = await answering([503, 429]);
    assert.deepEqual((await call(twice.port, 'GET')).told, ['status 200', 'answer 3', 'end']);
    const always = await answering([502, 503, 504, 503]);
    assert.deepEqual((await call(always.port, 'GET')).told, ['status 504', 'answer 3', 'end']);
    assert.equal(always.calls(), 3);
  });

  it('never sends a call again that may have been worked on', async () => {
    const { port, calls } = await answering([503, 503]);
    assert.deepEqual((await call(port, 'POST')).told, ['status 503', 'answer 1', 'end']);
    assert.equal(calls(), 1);
    let cut = 0;
    const cutting = await listen((req) => {
      cut++;
      req.socket.destroy();
    });
    assert.deepEqual((await call(cutting, 'POST')).told, ['error']);
    assert.equal(cut, 1);
  });

  it('keeps to Retry-After, in seconds and as a date, and gives up on one that is too long', async () => {
    const seconds = await answering([503], { 'retry-after': '0' });
    assert.deepEqual((await call(seconds.port, 'GET')).told, ['status 200', 'answer 2', 'end']);
    const past = await answering([429], { 'retry-after': new Date(0).toUTCString() });
    assert.deepEqual((await call(past.port, 'GET')).told, ['status 200', 'answer 2', 'end']);
    for (const later of ['60', new Date(Date.now() + 60_000).toUTCString()]) {
      const long = await answering([429], { 'retry-after': later });
      assert.deepEqual((await call(long.port, 'GET')).told, ['status 429', 'answer 1', 'end']);
    }
  });

  it('does not wait for the end of an answer it drops', async () => {
    let calls = 0;
    const port = await listen((_req, res) => {
      if (calls++ === 0) res.writeHead(503).write('never ends');
      else res.end('ok');
    });
    assert.deepEqual((await call(port, 'GET')).told, ['status 200', 'ok', 'end']);
  });

  it('sends any call again to where nobody listens yet', async () => {
    const port = await listen(() => {});
    await closeServers();
    const refused = await call(port, 'POST');
    assert.deepEqual(refused.told, ['error']);
    assert.equal((refused.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    let asked = 0;
    // Whoever asks whether the client is still there is about to try again.
    const isAbandoned = (): boolean => {
      if (asked++ === 0) servers.push(createServer((_req, res) => res.end('late')).listen(port, '127.0.0.1'));
      return false;
    };
    assert.deepEqual((await call(port, 'POST', { isAbandoned })).told, ['status 200', 'late', 'end']);
  });

  it('sends nothing more once nobody waits', async () => {
    const { port, calls } = await answering([503, 503]);
    assert.deepEqual((await call(port, 'GET', { isAbandoned: () => calls() > 0 })).told, ['error']);
    assert.equal(calls(), 1);
  });
});
