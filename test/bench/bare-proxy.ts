/**
 * What a reverse proxy of `node:http` and undici costs when it does nothing else: the yardstick for the gateway.
 * `node bare-proxy.ts <upstream>`; the message `address` is answered with where it listens.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

const pool = new Pool(process.argv[2] ?? '');
const server = createServer((req, res) => {
  const hasBody = req.method !== 'GET' && req.method !== 'HEAD';
  pool.dispatch(
    {
      path: req.url ?? '/',
      method: req.method ?? 'GET',
      headers: endToEnd(req.rawHeaders),
      body: hasBody ? req : null,
    },
    answerTo(res),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', (message) => {
  if (message !== 'address') return;
  process.send?.({ result: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

function answerTo(res: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller) {
      res.once('close', () => {
        if (!res.writableFinished) controller.abort(new Error('the client closed its connection'));
      });
    },
    onResponseStart(controller, status) {
      const raw = controller.rawHeaders as readonly Buffer[];
      res.writeHead(status, endToEnd(raw.map((part) => part.toString('latin1'))));
    },
    onResponseData(controller, chunk) {
      if (res.write(chunk)) return;
      controller.pause();
      res.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      res.end();
    },
    onResponseError() {
      res.destroy();
    },
  };
}

function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] as string, raw[i + 1] as string];
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
