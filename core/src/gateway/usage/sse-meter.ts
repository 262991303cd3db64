import { parseEvent, SseReader, type SseEvent } from '../wire/sse.ts';
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

/** Reads a stream of server-sent events whose data is JSON. */
export class SseMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #sse = new SseReader(MAX_EVENT_BYTES);
  readonly #readEvent: ReadEvent;
  #unreadable = false;
  /** Of all that came, what is no event that could be read. */
  #unreadBytes = 0;
  #hasBegun = false;

  constructor(readEvent: ReadEvent) {
    this.#readEvent = readEvent;
  }

  write(chunk: Buffer): boolean {
    this.#unreadBytes += chunk.length;
    if (this.#unreadable) return false;
    let isLast = false;
    try {
      for (const event of this.#sse.read(chunk)) isLast = this.#read(event) || isLast;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      this.#unreadable = true;
    }
    if (isLast) this.reading.complete = true;
    return isLast;
  }

  /** An event at the end may lack its blank line; whether it is whole its JSON tells. */
  end(): void {
    if (!this.#unreadable && this.#read(parseEvent(this.#sse.rest()))) this.reading.complete = true;
    // What cannot be read was written by the model all the same; its size is all there is to go by.
    if (this.#unreadable || !this.#hasBegun) this.reading.outputBytes += this.#unreadBytes;
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
