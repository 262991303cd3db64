import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import { isConnectFailure, isProviderFailure } from './upstream-failure.ts';
import { Upstream, type UpstreamOptions } from './upstream.ts';

/** How a call fails at a server that treats its connections so. */
async function failureAt(
  onConnection: (socket: Socket) => void,
  special: { readonly options?: UpstreamOptions; readonly isGone?: true; readonly headers?: string[] } = {},
): Promise<Error> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  if (special.isGone) await new Promise((resolve) => server.close(resolve));
  const upstream = new Upstream(special.options);
  const failed = Promise.withResolvers<Error>();
  const unexpected = (): void => failed.reject(new Error('there was an answer'));
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => {},
    onResponseStart: unexpected,
    onResponseData: unexpected,
    onResponseEnd: unexpected,
    onResponseError: (_controller, cause) => failed.resolve(cause),
  };
  const outgoing = { path: '/', headers: special.headers ?? [], body: Buffer.from('{}') };
  upstream.send(url, 'POST', outgoing, handler);
  const cause = await failed.promise;
  await upstream.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return cause;
}

describe('upstream failure', () => {
  const verdict = (cause: Error): object => ({
    connect: isConnectFailure(cause),
    provider: isProviderFailure(cause),
  });

  it('is one to connect where nobody listens', async () => {
    assert.deepEqual(verdict(await failureAt(() => {}, { isGone: true })), { connect: true, provider: true });
  });

  it('is the provider’s, and may come after work was done, where a connection breaks', async () => {
    for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
      const cause = await failureAt((socket) => void socket.once('data', () => end(socket)));
      assert.deepEqual(verdict(cause), { connect: false, provider: true });
    }
  });

  it('is the provider’s where no HTTP comes back, or nothing in time', async () => {
    const noHttp = await failureAt(
      (socket) => void socket.once('data', () => socket.end('SSH-2.0-x\r\n\r\n')),
    );
    assert.deepEqual(verdict(noHttp), { connect: false, provider: true });
    const silent = await failureAt(() => {}, { options: { headersTimeoutMs: 50 } });
    assert.deepEqual(verdict(silent), { connect: false, provider: true });
  });

  it('is nobody’s but the client’s where a call cannot be sent', async () => {
    const cause = await failureAt(() => {}, { headers: ['bad header', 'x'] });
    assert.deepEqual(verdict(cause), { connect: false, provider: false });
  });
});
