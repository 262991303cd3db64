import { Client, type Dispatcher } from 'undici';

/** A request as bytes, with no library's opinion in between. */
export interface RawRequest {
  method: string;
  /** Path and query, from the origin. */
  path: string;
  /** Header fields, sent in this order and case. */
  headers: Record<string, string>;
  body?: string;
  /** The client hangs up once it has this many body bytes. */
  hangUpAfterBytes?: number;
  /** The client hangs up when this event, counted from 1, has ended (an empty line). */
  hangUpAfterEvents?: number;
}

/**
 * How the answer ended: `complete` as framed, `broken` by the other side before that, `hung_up` by us, or `silent`
 * when nothing came for `SILENCE_MS`.
 */
export type ExchangeEnding = 'complete' | 'broken' | 'hung_up' | 'silent';

/** What came back, byte for byte. */
export interface Exchange {
  /** Null when the connection ended before a head. */
  status: number | null;
  statusText: string;
  /** In order and case as received. */
  headers: [name: string, value: string][];
  body: Buffer;
  /** The body as the socket gave it out. */
  pieces: Buffer[];
  ending: ExchangeEnding;
  /** What the client's library said, when the ending is not `complete`. */
  error: Error | null;
}

const SILENCE_MS = 10_000;
const END_OF_EVENT = '\n\n';

class HangUp extends Error {}

/** Sends one request over a connection of its own and keeps everything that comes back. Never rejects. */
export async function exchange(origin: string, request: RawRequest): Promise<Exchange> {
  const client = new Client(origin, { bodyTimeout: SILENCE_MS, headersTimeout: SILENCE_MS });
  try {
    return await new Promise<Exchange>((resolve) => {
      const { method, path, headers, body } = request;
      const options: Dispatcher.DispatchOptions = {
        method,
        path,
        headers,
        body: body ?? null,
      };
      client.dispatch(options, new Recorder(request, resolve));
    });
  } finally {
    await client.destroy();
  }
}

class Recorder implements Dispatcher.DispatchHandler {
  #request: RawRequest;
  #resolve: (exchange: Exchange) => void;
  #status: number | null = null;
  #statusText = '';
  #headers: [string, string][] = [];
  #pieces: Buffer[] = [];

  constructor(request: RawRequest, resolve: (exchange: Exchange) => void) {
    this.#request = request;
    this.#resolve = resolve;
  }

  // undici insists on it.
  onRequestStart(): void {}

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: object,
    statusText?: string,
  ): void {
    this.#status = status;
    this.#statusText = statusText ?? '';
    this.#headers = pairs(controller.rawHeaders);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#pieces.push(Buffer.from(chunk));
    if (this.#hasEnough()) controller.abort(new HangUp());
  }

  onResponseEnd(): void {
    this.#finish('complete', null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof HangUp) this.#finish('hung_up', error);
    else this.#finish(error.name.endsWith('TimeoutError') ? 'silent' : 'broken', error);
  }

  #hasEnough(): boolean {
    const { hangUpAfterBytes = Infinity, hangUpAfterEvents = Infinity } = this.#request;
    const body = Buffer.concat(this.#pieces);
    const events = body.toString('latin1').split(END_OF_EVENT).length - 1;
    return body.length >= hangUpAfterBytes || events >= hangUpAfterEvents;
  }

  #finish(ending: ExchangeEnding, error: Error | null): void {
    this.#resolve({
      status: this.#status,
      statusText: this.#statusText,
      headers: this.#headers,
      body: Buffer.concat(this.#pieces),
      pieces: this.#pieces,
      ending,
      error,
    });
  }
}

function pairs(raw: Dispatcher.DispatchController['rawHeaders']): [string, string][] {
  if (!Array.isArray(raw)) throw new TypeError('undici gave no raw header fields');
  const texts = raw.map((part: Buffer | string) =>
    typeof part === 'string' ? part : part.toString('latin1'),
  );
  return texts.flatMap((text, index): [string, string][] =>
    index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : [],
  );
}
