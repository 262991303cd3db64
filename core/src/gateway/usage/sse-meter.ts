import { endsWithEvent, parseEvent, SseReader, type SseEvent } from '../wire/sse.ts';
import { newReading, type AnswerReading, type UsageMeter } from './answer-reading.ts';
import { isObject, type JsonObject } from '../wire/json-shape.ts';

/** Reads one event of a stream; `true` if it is the format's last word. */
export type ReadEvent = (event: JsonObject, reading: AnswerReading) => boolean;

/** Ends an OpenAI stream; the other formats say it in an event of their own. */
const DONE = '[DONE]';

/** Begins a comment. */
const COLON = 0x3a;

/** Far beyond any real event; what is larger is passed on without being read. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** A dozen events or two. */
const MAX_WAITING_BYTES = 4 * 1024;

/**
 * Reads a stream of server-sent events whose data is JSON.
 *
 * An event that is surely not the last waits until a few can be read together: between two events of a stream the
 * processor does other things, and to read each by itself, in cold caches, takes three times as long.
 */
export class SseMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #sse = new SseReader(MAX_EVENT_BYTES);
  readonly #readEvent: ReadEvent;
  readonly #lastWords: readonly Buffer[];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isBetweenEvents = true;
  #unreadable = false;
  /** Of all that came, what is no event that could be read. */
  #unreadBytes = 0;
  #hasBegun = false;

  /**
   * @param lastEvents what stands in every event that `readEvent` takes for the format's last word; `[DONE]` goes without
   *   saying.
   */
  constructor(readEvent: ReadEvent, lastEvents: readonly string[]) {
    this.#readEvent = readEvent;
    this.#lastWords = [DONE, ...lastEvents].map((word) => Buffer.from(word));
  }

  write(chunk: Buffer): boolean {
    this.#unreadBytes += chunk.length;
    if (this.#unreadable) return false;
    const isInMidEvent = !this.#isBetweenEvents;
    this.#isBetweenEvents = endsWithEvent(chunk);
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    // Where an event is cut in two, its last word may be.
    const maySayLast = isInMidEvent || this.#lastWords.some((word) => chunk.includes(word));
    return maySayLast || this.#waitingBytes >= MAX_WAITING_BYTES ? this.#readWaiting() : false;
  }

  /** An event at the end may lack its blank line; whether it is whole its JSON tells. */
  end(): void {
    this.#readWaiting();
    if (!this.#unreadable && this.#read(parseEvent(this.#sse.rest()))) this.reading.complete = true;
    // What cannot be read was written by the model all the same; its size is all there is to go by.
    if (this.#unreadable || !this.#hasBegun) this.reading.outputBytes += this.#unreadBytes;
  }

  #readWaiting(): boolean {
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    let isLast = false;
    try {
      for (const chunk of chunks)
        for (const event of this.#sse.read(chunk)) isLast = this.#read(event) || isLast;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      this.#unreadable = true;
    }
    if (isLast) this.reading.complete = true;
    return isLast;
  }

  #read(event: SseEvent): boolean {
    // Comments keep a connection alive; nobody wrote them.
    if (event.data === '' && event.raw[0] === COLON) this.#unreadBytes -= event.raw.length;
    if (event.data === DONE) {
      this.#begun(event);
      return true;
    }
    if (!event.data.startsWith('{')) return false;
    let value: unknown;
    try {
      value = JSON.parse(event.data);
    } catch {
      // Not ours to judge: the client sees the same bytes.
      return false;
    }
    if (!isObject(value)) return false;
    this.#begun(event);
    return this.#readEvent(value, this.reading);
  }

  #begun(event: SseEvent): void {
    this.#hasBegun = true;
    this.#unreadBytes -= event.raw.length;
  }
}
