import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Pool } from 'undici';
import { Relay } from './relay.ts';

describe('relay', () => {
  const servers: Server[] = [];
  const listen = async (handler: RequestListener): Promise<number> => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /**
   * A client that hung up while the connection to the provider was still being made had its prompt charged, though not
   * a byte of it had left.
   */
  it('takes no call for used whose client left before it could be sent', async () => {
    let received = 0;
    const provider = await listen((_req, res) => {
      received++;
      res.end();
    });
    const asked = Promise.withResolvers<(error: null, socket: Socket) => void>();
    const pool = new Pool(`http://127.0.0.1:${provider}`, {
      connect: (_options, callback) => asked.resolve(callback),
    });
    const ends: string[] = [];
    const over = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const gateway = await listen((_req, res) => {
      const tap = {
        begin: (_status: number, headers: string[]) => headers,
        write: () => false,
        settle: async () => [],
        noAnswer: async (_cause: Error, end: string) => void ends.push(end),
      };
      const done = { over: over.resolve, noAnswer: over.reject, failed: over.reject };
      res.once('close', left.resolve);
      pool.dispatch({ path: '/', method: 'POST', body: 'a prompt' }, new Relay(res, tap, [], done));
    });

    const client = request({ port: gateway, method: 'POST' });
    client.once('error', () => undefined);
    client.end();
    const connected = await asked.promise;
    client.destroy();
    await left.promise;
    const socket = connect(provider, '127.0.0.1');
    await once(socket, 'connect');
    connected(null, socket);
    await over.promise;
    await pool.destroy();
    assert.deepEqual([ends, received], [['broken'], 0]);
  });
});
