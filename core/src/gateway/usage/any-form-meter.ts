import { newReading, type AnswerReading, type UsageMeter } from './answer-reading.ts';
import { JsonMeter, type ReadAnswer } from './json-meter.ts';
import { SseMeter, type ReadEvent } from './sse-meter.ts';

/** How one API's answers are read: as a whole, and an event of a stream at a time. */
export interface AnswerReaders {
  readonly whole: ReadAnswer;
  readonly event: ReadEvent;
  /** What stands in every event that `event` takes for the last word, besides `[DONE]`. */
  readonly lastEvents?: readonly string[];
}

/** White space, and the bytes of a byte order mark. */
const SAYS_NOTHING = Buffer.from(' \t\r\n\uFEFF');

/** What a line of a stream of server-sent events begins with: `data`, `event`, `id`, `retry`, or a comment's colon. */
const EVENT_STARTS = Buffer.from('deir:');

/**
 * Reads an answer in the form in which it comes, which its first byte tells. That need not be the form which was asked
 * for: a server that knows no streams answers whole what was asked to be streamed, and has its price all the same.
 */
export class AnyFormMeter implements UsageMeter {
  readonly #none = newReading();
  readonly #meterFrom: (firstByte: number) => UsageMeter;
  #meter: UsageMeter | undefined;

  constructor(meterFrom: (firstByte: number) => UsageMeter) {
    this.#meterFrom = meterFrom;
  }

  get reading(): AnswerReading {
    return this.#meter?.reading ?? this.#none;
  }

  write(chunk: Buffer): boolean {
    if (this.#meter !== undefined) return this.#meter.write(chunk);
    // What stands before the first byte that says something counts for nothing, however it is cut into chunks.
    const start = chunk.findIndex((byte) => !SAYS_NOTHING.includes(byte));
    const first = chunk[start];
    if (first === undefined) return false;
    this.#meter = this.#meterFrom(first);
    return this.#meter.write(chunk.subarray(start));
  }

  end(): void {
    this.#meter?.end();
  }
}

/** Of JSON, or of server-sent events; anything else is judged by its size, as JSON that cannot be read is. */
export function jsonOrSseMeter({ whole, event, lastEvents = [] }: AnswerReaders): UsageMeter {
  return new AnyFormMeter((first) =>
    EVENT_STARTS.includes(first) ? new SseMeter(event, lastEvents) : new JsonMeter(whole),
  );
}
