import { newReading, type AnswerReading, type UsageMeter } from './answer-reading.ts';
import { isObject, type JsonObject } from '../wire/json-shape.ts';

/** Reads what matters out of a whole answer. */
export type ReadAnswer = (answer: JsonObject, reading: AnswerReading) => void;

/** An answer larger than this is passed on without being read; the largest real ones are lists of embeddings. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** Keeps a JSON answer until its end, then reads it once. */
export class JsonMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #readAnswer: ReadAnswer;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(readAnswer: ReadAnswer) {
    this.#readAnswer = readAnswer;
  }

  write(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_JSON_BYTES) this.#chunks.push(chunk);
    else this.#chunks = [];
    return false;
  }

  end(): void {
    const [only] = this.#chunks;
    const whole = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    const text = whole.toString('utf8');
    this.#chunks = [];
    const answer = parseOrUndefined(text);
    if (!isObject(answer)) {
      // What cannot be read was written by the model all the same; its size is all there is to go by.
      this.reading.outputBytes = this.#bytes;
      return;
    }
    this.#readAnswer(answer, this.reading);
    this.reading.complete = true;
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer that broke off is no JSON; what it used is then estimated.
    return undefined;
  }
}
