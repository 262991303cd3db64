import { LineSplitter } from './line-splitter.ts';
import { type Decoded, decodeMessage, MAX_MESSAGE_BYTES, type MessageDecoder } from './message-decoder.ts';

/** Reads one JSON-RPC message a line (`--ndjson`), for clients that would rather not count bytes. */
export class LineDecoder implements MessageDecoder {
  readonly #splitter = new LineSplitter();

  *push(chunk: Buffer): Generator<Decoded> {
    for (const line of this.#splitter.push(chunk)) {
      if ('line' in line) yield decodeMessage(line.line);
      else yield { fault: { what: tooLong(line.tooLongBytes) } };
    }
  }
}

export function tooLong(sizeBytes: number): string {
  return `a line of ${sizeBytes} bytes is left out: the limit is ${MAX_MESSAGE_BYTES}`;
}
