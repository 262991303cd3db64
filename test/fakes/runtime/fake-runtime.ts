import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as a fake runtime sees it. */
export interface RuntimeRequest {
  readonly method: string;
  readonly path: string;
  /** The parsed body; `{}` where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers a request; `undefined`: there is nothing at this path. */
export type Answer = (
  request: RuntimeRequest,
  response: ServerResponse,
) => Promise<object | undefined> | object | undefined;

/** What a fake answers instead of a body. */
export class FakeRefusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/**
 * Runs a fake runtime in this process. Besides what `answer` says it has, for tests:
 *
 * - `GET /_fake/requests`: the requests so far
 * - `POST /_fake/crash` with `{"words": "…"}`: says that on stderr and ends with code 3, at once or, with
 *   `{"at": "/path"}` too, when it is asked for that
 * - `POST /_fake/mute`: takes calls and answers none from then on
 */
export function serveFakeRuntime(options: { host: string; port: number; answer: Answer }): void {
  const requests: RuntimeRequest[] = [];
  let isMute = false;
  let crashAt: string | undefined;
  let words = '';
  const crash = (): void => {
    process.stderr.write(`loading…\n${words}\n`, () => process.exit(3));
  };
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const sent = await text(req);
    const body = (sent === '' ? {} : JSON.parse(sent)) as RuntimeRequest['body'];
    const request = { method: req.method ?? '', path: req.url ?? '', body };
    if (request.path === '/_fake/requests') return send(res, 200, requests);
    if (request.path === '/_fake/crash') {
      words = String(body['words']);
      if (typeof body['at'] !== 'string') return crash();
      crashAt = body['at'];
      return send(res, 200, {});
    }
    if (request.path === crashAt) return crash();
    if (request.path === '/_fake/mute') {
      isMute = true;
      return send(res, 200, {});
    }
    requests.push(request);
    if (isMute) return;
    try {
      const answered = await options.answer(request, res);
      if (res.headersSent) return;
      send(res, answered === undefined ? 404 : 200, answered ?? { error: '404 page not found' });
    } catch (cause) {
      if (!(cause instanceof FakeRefusal)) throw cause;
      send(res, cause.status, cause.body);
    }
  };
  const server = createServer((req, res) => void handle(req, res));
  server.listen(options.port, options.host, () => {
    process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
  server.on('error', (cause) => {
    process.stderr.write(`Error: ${cause.message}\n`, () => process.exit(1));
  });
  process.on('SIGTERM', () => process.exit(0));
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}
