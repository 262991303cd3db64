import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A process that can be stopped, such as the daemon. */
export interface Stoppable {
  stop(): Promise<unknown>;
}

/** Lets a program in another process, such as tests in an extension host, stop and start the daemon. */
export interface DaemonControl {
  /** Base address; `POST /stop` and `POST /start` answer 204 once done. */
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops the daemon and the control server. */
  close(): Promise<void>;
}

/**
 * Owns the daemon that `start` makes, which must take the same port and home each time. Orders are carried out one
 * after the other; stopping a stopped daemon and starting a running one do nothing.
 */
export async function startDaemonControl(start: () => Promise<Stoppable>): Promise<DaemonControl> {
  let running: Stoppable | undefined = await start();
  let queue: Promise<void> = Promise.resolve();
  const inTurn = (order: () => Promise<void>) => {
    const done = queue.then(order);
    queue = done.catch(() => undefined);
    return done;
  };
  const stopDaemon = () =>
    inTurn(async () => {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    });
  const startDaemon = () =>
    inTurn(async () => {
      running ??= await start();
    });
  const orders: Readonly<Record<string, () => Promise<void>>> = {
    'POST /stop': stopDaemon,
    'POST /start': startDaemon,
  };
  const server = createServer((request, response) => {
    const order = orders[`${request.method} ${request.url}`];
    if (!order) {
      response.writeHead(404).end();
      return;
    }
    order().then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: stopDaemon,
    start: startDaemon,
    async close() {
      server.closeAllConnections();
      server.close();
      await stopDaemon();
    },
  };
}
