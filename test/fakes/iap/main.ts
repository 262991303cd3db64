/**
 * A fake of Identity-Aware Proxy, or of any proxy that checks who calls, before a Candela server; a process of its own.
 * `node main.ts '<options as JSON>'` prints `{"port":…}` on its first line, and ends when its stdin does.
 */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { verifiedIdToken } from '../google-oauth/token.ts';
import type { IapOptions, SeenRequest } from './start.ts';

// Only start.ts calls this, with typed options.
const { server: target, secret, header, audience } = JSON.parse(process.argv[2] ?? '{}') as IapOptions;
const { hostname, port: targetPort } = new URL(target);
const seen: SeenRequest[] = [];
const sockets = new Set<unknown>();

const proxy = createServer((req, res) => {
  sockets.add(req.socket);
  if (req.url === '/_control/seen') {
    res.end(JSON.stringify({ requests: seen, connections: sockets.size - 1 }));
    return;
  }
  const token = (req.headers[header] ?? '').replace(/^Bearer /, '');
  const who = verifiedIdToken(token, secret);
  const { authorization, 'x-candela-auth': candelaAuth, 'x-user-id': userId } = req.headers;
  seen.push({
    ...{ method: req.method ?? '', path: req.url ?? '', who, token },
    ...{ authorization, candelaAuth: candelaAuth?.toString(), userId: userId?.toString() },
    names: req.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()),
  });
  if (who?.aud !== audience) {
    req.resume();
    res
      .writeHead(401, { 'content-type': 'text/plain' })
      .end('Invalid IAP credentials: a token for somebody else');
    return;
  }
  pass(req, res);
});

function pass(req: IncomingMessage, res: ServerResponse): void {
  // IAP keeps what was meant for it.
  const { [header]: _, ...headers } = req.headers;
  const onward = request({ host: hostname, port: targetPort, method: req.method, path: req.url, headers });
  onward.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    pipeline(answer, res, () => undefined);
  });
  onward.on('error', () => (res.headersSent ? res.destroy() : res.writeHead(502).end()));
  res.on('close', () => onward.destroy());
  req.pipe(onward);
}

proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
process.stdout.write(`${JSON.stringify({ port: (proxy.address() as AddressInfo).port })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
proxy.close();
proxy.closeAllConnections();
