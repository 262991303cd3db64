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

  constructor(readEvent: ReadEvent) {
    this.#readEvent = readEvent;
  }

  write(chunk: Buffer): boolean {
    if (this.#unreadable || this.#array.isOver) return false;
    try {
      for (const element of this.#array.read(chunk)) this.#read(element);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      this.#unreadable = true;
    }
    if (this.#array.isOver) this.reading.complete = true;
    return this.#array.isOver;
  }

  end(): void {
    // Nothing: an element that was not completed says nothing for sure.
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
