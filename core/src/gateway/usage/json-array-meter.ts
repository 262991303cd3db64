import { JsonArrayReader } from '../wire/json-array.ts';
import { newReading, type UsageMeter } from './answer-reading.ts';
import { isObject } from '../wire/json-shape.ts';
import type { ReadEvent } from './sse-meter.ts';

/** Far beyond any real element; what is larger is passed on without being read. */
const MAX_ELEMENT_BYTES = 16 * 1024 * 1024;

/** Reads a stream that comes as one JSON array, whose closing bracket is the last word. */
export class JsonArrayMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #array = new JsonArrayReader(MAX_ELEMENT_BYTES);
  readonly #readEvent: ReadEvent;
  #unreadable = false;
  /** Of all that came, what is no element that could be read. */
  #unreadBytes = 0;

  constructor(readEvent: ReadEvent) {
    this.#readEvent = readEvent;
  }

  write(chunk: Buffer): boolean {
    this.#unreadBytes += chunk.length;
    if (this.#unreadable || this.#array.isOver) return false;
    try {
      for (const element of this.#array.read(chunk)) {
        this.#unreadBytes -= element.length;
        this.#read(element);
      }
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      this.#unreadable = true;
    }
    if (this.#array.isOver) this.reading.complete = true;
    return this.#array.isOver;
  }

  end(): void {
    // An element that was not completed says nothing for sure. One that was too large has its size to go by.
    if (this.#unreadable) this.reading.outputBytes += this.#unreadBytes;
  }

  #read(element: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(element.toString('utf8'));
    } catch {
      // Not ours to judge: the client sees the same bytes.
      return;
    }
    if (isObject(value)) this.#readEvent(value, this.reading);
  }
}
