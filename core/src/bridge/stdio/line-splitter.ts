import { MAX_MESSAGE_BYTES } from './message-decoder.ts';

export type Line = { readonly line: Buffer } | { readonly tooLongBytes: number };

const LF = 0x0a;

/**
 * Cuts a byte stream into lines, without their ends. A line beyond `MAX_MESSAGE_BYTES` is thrown away as it comes
 * and told of once it has ended; empty lines are left out.
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #sizeBytes = 0;

  *push(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#add(chunk.subarray(start, end));
      start = end + 1;
      const line = this.#take();
      if (line !== undefined) yield line;
    }
    this.#add(chunk.subarray(start));
  }

  #add(part: Buffer): void {
    this.#sizeBytes += part.length;
    // A copy, so that the beginning of a line does not hold on to the whole chunk.
    if (this.#sizeBytes <= MAX_MESSAGE_BYTES) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }

  #take(): Line | undefined {
    const sizeBytes = this.#sizeBytes;
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#sizeBytes = 0;
    if (sizeBytes > MAX_MESSAGE_BYTES) return { tooLongBytes: sizeBytes };
    const trimmed = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
    return trimmed.length === 0 ? undefined : { line: trimmed };
  }
}
