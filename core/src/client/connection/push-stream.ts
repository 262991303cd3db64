import { createParser } from 'eventsource-parser';
import { backoffDelayMs } from './backoff.ts';
import type { DaemonConnection } from './daemon-connection.ts';
import { type Cancel, type Scheduler, sleep } from '../scheduler.ts';

export interface PushStreamOptions {
  readonly connection: DaemonConnection;
  readonly scheduler: Scheduler;
  /** Something may have changed since it was last looked at; also called once a connection brings something. */
  readonly onChange: () => void;
  /** Whether changes are heard of now; called when that changes. */
  readonly onLive: (isLive: boolean) => void;
  /** A connection that brings nothing for this long, not even a heartbeat, is taken for dead. */
  readonly silenceLimitMs?: number;
  /** In [0, 1); spreads the back-off. */
  readonly random?: () => number;
}

/** The daemon's event stream, `text/event-stream` (WHATWG HTML, section "Server-sent events"). */
const EVENTS_PATH = '/_local/api/events';

const DEFAULTS = { silenceLimitMs: 45_000, random: Math.random };

const BACKOFF = { initialMs: 1_000, maxMs: 60_000 };

/** A daemon that has no such stream may be replaced by one that has; asking costs it next to nothing. */
const ASK_AGAIN_MS = 5 * 60_000;

/** No heartbeat and no event is longer; more without a line's end is not ours. */
const MAX_LINE_CHARS = 64 * 1024;

/**
 * Hears from the daemon that something has changed, for as long as it is started: connects, and connects again with
 * growing pauses after a failure. Where the daemon has no event stream, it stays quiet. `EventSource` would do much of
 * this, but Node has none.
 */
export class PushStream {
  readonly #options: typeof DEFAULTS & PushStreamOptions;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #connectedTo: { readonly baseUrl: string; readonly end: AbortController } | undefined;
  #hurry: Cancel = () => {};
  #isLive = false;

  constructor(options: PushStreamOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#running = this.#running.then(() => this.#run(stopping.signal));
  }

  /** After the promise nothing runs, and nobody is called until the next start. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.#running;
  }

  /** Ends a pause between two tries, and leaves a daemon that is not the one at `baseUrl`: that one is there now. */
  tryNow(baseUrl: string): void {
    if (this.#connectedTo !== undefined && this.#connectedTo.baseUrl !== baseUrl)
      this.#connectedTo.end.abort();
    this.#hurry();
  }

  /** Leaves the connection there is, or the pause between two tries, for a new connection. */
  reconnect(): void {
    this.#connectedTo?.end.abort();
    this.#hurry();
  }

  async #run(stopping: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stopping.aborted) {
      const end = await this.#listen(stopping);
      if (stopping.aborted) break;
      failures = end === 'ended' ? 1 : failures + 1;
      const pauseMs =
        end === 'unsupported' ? ASK_AGAIN_MS : backoffDelayMs(failures, BACKOFF, this.#options.random());
      await this.#pause(pauseMs, stopping);
    }
  }

  async #pause(pauseMs: number, stopping: AbortSignal): Promise<void> {
    const hurry = new AbortController();
    this.#hurry = () => hurry.abort();
    await sleep(this.#options.scheduler, pauseMs, AbortSignal.any([hurry.signal, stopping]));
    this.#hurry = () => {};
  }

  /** One connection: `ended` if it had stood. */
  async #listen(stopping: AbortSignal): Promise<'ended' | 'failed' | 'unsupported'> {
    const end = new AbortController();
    const silence = new SilenceWatch(this.#options.scheduler, this.#options.silenceLimitMs, () =>
      end.abort(),
    );
    try {
      const { baseUrl } = await this.#options.connection.api();
      this.#connectedTo = { baseUrl, end };
      const body = await openStream(baseUrl, AbortSignal.any([end.signal, stopping]));
      if (body === undefined) return 'unsupported';
      await this.#read(body, silence);
      return this.#isLive ? 'ended' : 'failed';
    } catch {
      // Whatever ended it (nobody there, a cut line, silence, our own stop), the next try or the poll will tell.
      return this.#isLive ? 'ended' : 'failed';
    } finally {
      silence.end();
      end.abort();
      this.#connectedTo = undefined;
      this.#setLive(false);
    }
  }

  async #read(body: ReadableStream<Uint8Array>, silence: SilenceWatch): Promise<void> {
    const { onChange } = this.#options;
    const parser = createParser({ onEvent: ({ event }) => (event === 'change' ? onChange() : undefined) });
    const decoder = new TextDecoder();
    let lineChars = 0;
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.heard();
      // Not before: a proxy that holds answers back until they end lets the head of this one through, and nothing more.
      if (!this.#isLive) {
        this.#setLive(true);
        onChange();
      }
      const text = decoder.decode(value, { stream: true });
      lineChars = text.includes('\n') ? text.length : lineChars + text.length;
      if (lineChars > MAX_LINE_CHARS) return;
      parser.feed(text);
    }
  }

  #setLive(isLive: boolean): void {
    if (this.#isLive === isLive) return;
    this.#isLive = isLive;
    if (this.#stopping !== undefined) this.#options.onLive(isLive);
  }
}

/** Undefined if what answers has no event stream. @throws TypeError if nobody answers, as `fetch` does. */
async function openStream(
  baseUrl: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const headers = { accept: 'text/event-stream' };
  const response = await fetch(`${baseUrl}${EVENTS_PATH}`, {
    signal,
    headers,
    redirect: 'error',
    cache: 'no-store',
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (response.ok && isStream && response.body !== null) return response.body;
  await response.body?.cancel();
  if (response.status >= 500) throw new Error(`the event stream answered ${response.status}`);
  return undefined;
}

/** Calls `onSilence` unless it hears something every so often. */
class SilenceWatch {
  readonly #scheduler: Scheduler;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #cancel: Cancel = () => {};

  constructor(scheduler: Scheduler, limitMs: number, onSilence: () => void) {
    this.#scheduler = scheduler;
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.heard();
  }

  heard(): void {
    this.#cancel();
    this.#cancel = this.#scheduler.after(this.#limitMs, this.#onSilence);
  }

  end(): void {
    this.#cancel();
  }
}
