import { isObject, type JsonObject } from '../wire/json-shape.ts';

/** A list of a hundred batches is about a hundredth of it. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The text of a short JSON answer, gathered as it goes by. */
export class AnswerText {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** `false` once it is longer than is worth keeping. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    const isKept = this.#bytes <= MAX_BYTES;
    if (isKept) this.#chunks.push(chunk);
    return isKept;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  drop(): void {
    this.#chunks = [];
  }

  /** `undefined` for what is no JSON object. */
  json(): JsonObject | undefined {
    try {
      const json: unknown = JSON.parse(this.bytes.toString('utf8'));
      return isObject(json) ? json : undefined;
    } catch {
      // Broken off, or not what it should be.
      return undefined;
    }
  }
}
