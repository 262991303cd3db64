const NEWLINE = 0x0a;

/** A line's bytes without what ends it, or the sign that it is longer than is read. */
export type JsonLine = Buffer | 'too long';

/** Cuts a byte stream into its lines, wherever its chunks end; blank ones are left out. https://jsonlines.org */
export class JsonLines {
  readonly #maxLineBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that this chunk completes. */
  *read(chunk: Buffer): Generator<JsonLine> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      yield* this.rest();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** The last line, which nothing need end. */
  *rest(): Generator<JsonLine> {
    const isTooLong = this.#pendingBytes > this.#maxLineBytes;
    const line = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (isTooLong) yield 'too long';
    else if (!isBlank(line)) yield line;
  }

  #keep(bytes: Buffer): void {
    this.#pendingBytes += bytes.length;
    // Of a line that is too long nothing is kept but how long it is.
    if (this.#pendingBytes > this.#maxLineBytes) this.#pending = [];
    else this.#pending.push(bytes);
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
