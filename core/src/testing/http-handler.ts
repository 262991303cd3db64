import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A handler behind a real socket, on a port that was free. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export async function serve(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<Served> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
