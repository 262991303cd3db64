import { SseReader, type SseEvent } from '../wire/sse.ts';
import { newReading, type AnswerReading, type UsageMeter } from './answer-reading.ts';
import { isObject, type JsonObject } from '../wire/json-shape.ts';

/** Reads one event of a stream; `true` if it is the format's last word. */
export type ReadEvent = (event: JsonObject, reading: AnswerReading) => boolean;

/** Ends an OpenAI stream; the other formats say it in an event of their own. */
const DONE = '[DONE]';

/** Far beyond any real event; what is larger is passed on without being read. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** Reads a stream of server-sent events whose data is JSON. */
export class SseMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #sse = new SseReader(MAX_EVENT_BYTES);
  readonly #readEvent: ReadEvent;
  #unreadable = false;

  constructor(readEvent: ReadEvent) {
    this.#readEvent = readEvent;
  }

  write(chunk: Buffer): boolean {
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

  end(): void {
    // Nothing: an event that was not completed says nothing for sure.
  }

  #read(event: SseEvent): boolean {
    if (event.data === DONE) return true;
    if (!event.data.startsWith('{')) return false;
    let value: unknown;
    try {
      value = JSON.parse(event.data);
    } catch {
      // Not ours to judge: the client sees the same bytes.
      return false;
    }
    return isObject(value) && this.#readEvent(value, this.reading);
  }
}
