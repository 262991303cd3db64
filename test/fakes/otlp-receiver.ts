import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedExport {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Somebody who takes OTLP over HTTP, on a free port of 127.0.0.1, and can misbehave. */
export interface OtlpReceiver {
  readonly url: string;
  readonly received: readonly ReceivedExport[];
  stop(): void;
}

/** @param answer for each export in turn, counted from 0; default: takes it. */
export async function startOtlpReceiver(
  answer: (res: ServerResponse, index: number) => void = (res) => res.writeHead(200).end(),
): Promise<OtlpReceiver> {
  const received: ReceivedExport[] = [];
  const server = createServer((req, res) => {
    void buffer(req).then((body) => {
      const index = received.push({ url: req.url, headers: req.headers, body }) - 1;
      answer(res, index);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
