import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A line that loses answers: the request goes through and is answered, and the answer never arrives. */
export interface CuttingProxy {
  readonly url: string;
  /** How many answers got lost so far. */
  readonly lostCount: number;
  close(): Promise<void>;
}

/** Passes requests on to `target()`, and loses the answers that `loses` says, told the path and its how-manieth it is. */
export async function startCuttingProxy(
  target: () => string,
  loses: (path: string, nth: number) => boolean,
): Promise<CuttingProxy> {
  const seen = new Map<string, number>();
  let lostCount = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/';
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { host: _host, connection: _connection, ...headers } = request.headers;
      try {
        const answer = await fetch(target() + path, {
          method: request.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        const body = Buffer.from(await answer.arrayBuffer());
        const nth = (seen.get(path) ?? 0) + 1;
        seen.set(path, nth);
        if (!loses(path, nth)) {
          const type = answer.headers.get('content-type') ?? 'application/json';
          response.writeHead(answer.status, { 'content-type': type }).end(body);
          return;
        }
        lostCount += 1;
      } catch {
        // Nobody is there behind the proxy, so nobody is there before it.
      }
      request.socket.destroy();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get lostCount() {
      return lostCount;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
