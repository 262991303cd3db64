const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** An answer that trickles in must not take more memory for its pieces than for its bytes. */
const MAX_PARTS = 512;

/** Only whitespace is below it that JSON allows outside of strings (RFC 8259 section 2). */
const SPACE = 0x20;

/**
 * Cuts the elements out of a JSON array as its bytes arrive, wherever its chunks end, and keeps no more than one
 * element. The elements are not parsed, and what is no valid JSON may come out as one.
 */
export class JsonArrayReader {
  readonly #maxElementBytes: number;
  /** What has come of the element under way. */
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Brackets and braces that are open, that of the array itself included. */
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isOver = false;

  constructor(maxElementBytes: number) {
    this.#maxElementBytes = maxElementBytes;
  }

  /** `true` once the array's closing bracket was read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The elements that this chunk completes. @throws RangeError for no array, or an element larger than allowed. */
  *read(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let i = 0; i < chunk.length && !this.#isOver; i++) {
      const byte = chunk[i] as number;
      if (this.#isInString) this.#readInString(byte);
      else if (this.#depth === 0) {
        if (byte > SPACE) this.#open(byte);
        start = i + 1;
      } else if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
        if (this.#depth === 0) {
          this.#isOver = true;
          yield* this.#element(chunk.subarray(start, i));
        }
      } else if (byte === COMMA && this.#depth === 1) {
        yield* this.#element(chunk.subarray(start, i));
        start = i + 1;
      }
    }
    if (!this.#isOver && this.#depth > 0) this.#keep(chunk.subarray(start));
  }

  #readInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  #open(byte: number): void {
    if (byte !== OPEN_BRACKET) throw new RangeError('the text is no JSON array');
    this.#depth = 1;
  }

  *#element(last: Buffer): Generator<Buffer> {
    this.#keep(last);
    const element = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    if (element.some((byte) => byte > SPACE)) yield element;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.#maxElementBytes) {
      throw new RangeError(`an element of the array is larger than ${this.#maxElementBytes} bytes`);
    }
    this.#parts.push(part);
    if (this.#parts.length > MAX_PARTS) this.#parts = [Buffer.concat(this.#parts)];
  }
}
