import { newReading, type AnswerReading, type UsageMeter } from './answer-reading.ts';
import { geminiChunkReader } from './gemini.ts';
import { JsonArrayMeter } from './json-array-meter.ts';
import { SseMeter } from './sse-meter.ts';

const OPEN_BRACKET = 0x5b;
const SPACE = 0x20;

/**
 * Reads an answer of `streamGenerateContent`. It comes as server-sent events with `?alt=sse` and as one JSON array
 * without; its first byte tells which, however the query was written.
 */
export class GeminiStreamMeter implements UsageMeter {
  readonly #none = newReading();
  #meter: UsageMeter | undefined;

  get reading(): AnswerReading {
    return this.#meter?.reading ?? this.#none;
  }

  write(chunk: Buffer): boolean {
    if (this.#meter === undefined) {
      const first = chunk.find((byte) => byte > SPACE);
      if (first === undefined) return false;
      const Meter = first === OPEN_BRACKET ? JsonArrayMeter : SseMeter;
      this.#meter = new Meter(geminiChunkReader());
    }
    return this.#meter.write(chunk);
  }

  end(): void {
    this.#meter?.end();
  }
}
