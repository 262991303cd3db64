import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../gateway/wire/send-json.ts';
import type { ChangeFeed } from './change-feed.ts';
import { changeEvent, HEARTBEAT, retryAfter } from './event-text.ts';

export const EVENTS_PATH = '/_local/api/events';

export interface EventListenersOptions {
  readonly feed: ChangeFeed;
  readonly heartbeatMs?: number;
  /** More are turned away. */
  readonly maxListeners?: number;
}

/** Windows of all editors of one developer; each has one. */
const MAX_LISTENERS = 64;
/** Kept for one reader beyond what the system's own buffers take. */
const MAX_WAITING_BYTES = 4 * 1024;

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // nginx and those that copy it would else hold events back. https://nginx.org/en/docs/http/ngx_http_proxy_module.html
  'x-accel-buffering': 'no',
} as const;

/** Answers `GET /_local/api/events`: an event for every change, and heartbeats in between. */
export class EventListeners {
  readonly #options: Required<EventListenersOptions>;
  readonly #streams = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  #heartbeat: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: EventListenersOptions) {
    this.#options = { heartbeatMs: HEARTBEAT_MS, maxListeners: MAX_LISTENERS, ...options };
    this.#unsubscribe = options.feed.subscribe((version) => this.#send(changeEvent(version)));
  }

  get count(): number {
    return this.#streams.size;
  }

  /** The first event comes at once and carries the version as of now. */
  answer(req: IncomingMessage, res: ServerResponse): void {
    if (this.#isClosed || this.#streams.size >= this.#options.maxListeners) {
      sendJson(res, 503, { error: 'too many programs listen for changes: close one and try again' });
      return;
    }
    res.writeHead(200, HEADERS);
    this.#streams.add(res);
    res.once('close', () => this.#forget(res));
    req.resume();
    this.#heartbeat ??= setInterval(() => this.#send(HEARTBEAT), this.#options.heartbeatMs).unref();
    this.#write(res, retryAfter(RETRY_MS) + changeEvent(this.#options.feed.version));
  }

  /** Ends every stream, so that a process may stop at once. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    for (const res of this.#streams) res.end();
  }

  #send(text: string): void {
    for (const res of this.#streams) this.#write(res, text);
  }

  /** A reader that does not take what it was sent is dropped: it comes back when it reads again. */
  #write(res: ServerResponse, text: string): void {
    if (res.writableLength > MAX_WAITING_BYTES) res.destroy();
    else res.write(text);
  }

  #forget(res: ServerResponse): void {
    this.#streams.delete(res);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}
