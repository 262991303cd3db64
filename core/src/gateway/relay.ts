import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { Refusal } from './errors.ts';
import { isConnectFailure } from './upstream-failure.ts';
import { breakOff } from './wire/break-off.ts';
import { headersToReturn, isNamed } from './wire/headers.ts';
import { http2Headers } from './wire/http2-headers.ts';

type Controller = Dispatcher.DispatchController;

/** How an answer ended: as the provider meant it to, broken off by the provider, or left by the client. */
export type AnswerEnd = 'complete' | 'broken' | 'client_gone';

/** Who must know of an answer beside the client: what it costs is settled while it goes by. */
export interface AnswerTap {
  /** The provider answers: status, and headers as names and values in turn. Answers the headers for the client. */
  begin(status: number, headers: string[]): string[];
  /** Reads along; `true` once nothing more can change what the answer costs. */
  write(chunk: Buffer): boolean;
  /** The bytes the client gets for these; none are held back but an event that is not complete yet. */
  rewrite?(chunk: Buffer | 'end'): Buffer;
  /** Called once. Resolves when the money is safe, with headers for the answer if there is still time for them. */
  settle(end: AnswerEnd): Promise<readonly string[]>;
  /** Called once, instead of `settle`, if the provider gave no answer at all. */
  noAnswer(cause: Error, end: 'broken' | 'client_gone'): Promise<void>;
}

/** Who waits for the end of an answer: one of them is called, once, besides `began`. */
export interface RelayDone {
  /** The provider answers. */
  began?(status: number): void;
  /** The answer is over, or there is nobody left to answer. */
  over(): void;
  /** There was no answer, and the client waits for one. */
  noAnswer(cause: Error): void;
  /** The answer's tap failed; what the client has of its answer is cut off. */
  failed(cause: unknown): void;
}

/** What an answer begins with, as its client is to get it. */
interface Head {
  readonly status: number;
  readonly message: string;
  readonly headers: readonly string[];
}

/** What cannot stand in a status line: RFC 9112 section 4. A provider's may be written in any language. */
const NO_REASON = /[^\t\x20-\x7e\x80-\xff]/g;

/**
 * Carries a provider's answer to the client, each byte as it comes. Only one thing is ever held back: the piece
 * that completes the answer waits for its settlement to be written, so that whatever becomes of this process, no
 * client has an answer that the ledger has not.
 */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #res: ServerResponse;
  readonly #tap: AnswerTap;
  readonly #ownHeaders: readonly string[];
  readonly #done: RelayDone;
  #controller: Controller | undefined;
  #head: Head | undefined;
  #held: Buffer[] = [];
  #contentLength: number | undefined;
  #seen = 0;
  #settlement: Promise<void> | undefined;
  #isSettled = false;
  #upstreamEnded = false;
  #clientGone = false;
  /** The client had left before the call could be written to the provider. */
  #wasKept = false;
  #ended = false;

  /** @param ownHeaders that this gateway adds to a provider's answer; none where another Candela has added its own. */
  constructor(res: ServerResponse, tap: AnswerTap, ownHeaders: readonly string[], done: RelayDone) {
    this.#res = res;
    this.#tap = tap;
    this.#ownHeaders = ownHeaders;
    this.#done = done;
    res.once('close', () => this.#onClientClose());
  }

  get isClientGone(): boolean {
    return this.#clientGone;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (!this.#clientGone) return;
    this.#wasKept = true;
    controller.abort(new ClientGone());
  }

  onResponseStart(controller: Controller, status: number, _headers: unknown, message = ''): void {
    // 103 Early Hints and its like come before the answer.
    if (status < 200) return;
    this.#done.began?.(status);
    const from = this.#ownHeaders.length === 0 ? 'candela' : 'provider';
    const headers = headersToReturn(controller.rawHeaders as readonly Buffer[], from);
    this.#contentLength = lengthOf(headers);
    const reason = message.replaceAll(NO_REASON, '');
    this.#head = { status, message: reason, headers: this.#tap.begin(status, headers) };
    // A short answer comes in one piece with its head; then the head can still say what it cost.
    setImmediate(() => {
      if (this.#settlement === undefined) this.#flush([]);
    });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#seen += chunk.length;
    const saysAll = this.#tap.write(chunk) || this.#seen === this.#contentLength;
    const bytes = this.#tap.rewrite ? this.#tap.rewrite(chunk) : chunk;
    const mustWait = saysAll || (this.#settlement !== undefined && !this.#isSettled);
    if (mustWait || !this.#res.headersSent) this.#held.push(bytes);
    else if (bytes.length > 0 && !this.#res.write(bytes)) {
      controller.pause();
      this.#res.once('drain', () => controller.resume());
    }
    if (saysAll && this.#settlement === undefined) this.#settle('complete');
  }

  onResponseEnd(): void {
    this.#upstreamEnded = true;
    if (this.#tap.rewrite) this.#held.push(this.#tap.rewrite('end'));
    if (this.#settlement === undefined) this.#settle('complete');
    else void this.#settlement.then(() => this.#end());
  }

  onResponseError(_controller: Controller | undefined, cause: Error): void {
    // What never left for the provider was no work for it, whoever has gone in the meantime.
    const hasLeft = !this.#wasKept && !isConnectFailure(cause);
    const end = this.#clientGone && hasLeft ? 'client_gone' : 'broken';
    if (this.#head === undefined) {
      void this.#tap.noAnswer(cause, end).finally(() => {
        this.#ended = true;
        if (this.#clientGone) this.#done.over();
        else this.#done.noAnswer(cause);
      });
      return;
    }
    if (this.#settlement === undefined) this.#settle(end);
    void this.#settlement?.then(() => this.#breakOff(cause));
  }

  #settle(end: AnswerEnd): void {
    this.#settlement = this.#tap.settle(end).then(
      (headers) => {
        this.#isSettled = true;
        this.#flush(headers);
        if (this.#upstreamEnded) this.#end();
      },
      (cause: unknown) => {
        this.#ended = true;
        this.#res.destroy();
        this.#controller?.abort(new Error('the answer could not be settled', { cause }));
        this.#done.failed(cause);
      },
    );
  }

  #flush(settledHeaders: readonly string[]): void {
    if (this.#clientGone || this.#ended || this.#head === undefined) return;
    if (!this.#res.headersSent) {
      try {
        this.#writeHead(this.#head, settledHeaders);
      } catch (cause) {
        this.#giveUp(cause);
        return;
      }
      if (this.#held.length === 0 && !this.#upstreamEnded) this.#res.flushHeaders();
    }
    if (this.#upstreamEnded) return;
    for (const bytes of this.#held) this.#res.write(bytes);
    this.#held = [];
  }

  #writeHead({ status, message, headers }: Head, settledHeaders: readonly string[]): void {
    const all = [...headers, ...this.#ownHeaders, ...settledHeaders];
    this.#res.sendDate = false;
    this.#res.writeHead(status, message, this.#res.req.httpVersionMajor >= 2 ? http2Headers(all) : all);
  }

  /** What was used is charged; the client is told why it gets nothing of it. */
  #giveUp(cause: unknown): void {
    this.#ended = true;
    if (this.#settlement === undefined) this.#settle('broken');
    this.#controller?.abort(new Error('the answer cannot be passed on', { cause }));
    const refusal = new Refusal(
      'upstream_error',
      "the provider's answer has a head that cannot be passed on",
      { cause },
    );
    void this.#settlement?.then(() => this.#done.failed(refusal));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#clientGone) {
      const last = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
      this.#held = [];
      this.#res.end(last);
    }
    this.#finish();
  }

  /** Ends the client's answer the way the provider ended its own: short, and with a reset if it was one. */
  #breakOff(cause: Error): void {
    if (this.#ended) return;
    breakOff(this.#res, cause);
    this.#finish();
  }

  #onClientClose(): void {
    // `writableFinished` would not tell: over HTTP/2 it is true of a stream that the client has reset.
    if (this.#ended) return;
    this.#clientGone = true;
    this.#controller?.abort(new ClientGone());
  }

  #finish(): void {
    this.#ended = true;
    this.#done.over();
  }
}

class ClientGone extends Error {
  constructor() {
    super('the client closed its connection');
    this.name = 'ClientGone';
  }
}

function lengthOf(headers: readonly string[]): number | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (isNamed(headers[i] as string, 'content-length')) return Number(headers[i + 1]);
  }
  return undefined;
}
