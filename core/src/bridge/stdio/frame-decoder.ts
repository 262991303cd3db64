import { type Decoded, decodeMessage, MAX_MESSAGE_BYTES, type MessageDecoder } from './message-decoder.ts';

const NAME = 'content-length:';
const MAX_HEADER_BYTES = 1024;
/** How far one look for a header reaches, so that noise full of false headers stays cheap. */
const WINDOW_BYTES = 4096;
/** What claims to be longer is taken for noise: skipping it would swallow everything that follows. */
const MAX_SKIPPED_BYTES = 1024 ** 3;
/** A broken message up to this length is searched for the message it may have swallowed. */
const MAX_SEARCHED_BYTES = 64 * 1024;

/** What one look at the bytes led to: what is left of them, or how many it takes to get on. */
type Step = { readonly rest: Buffer; readonly decoded?: Decoded } | { readonly neededBytes: number };

/**
 * Reads LSP's framing (LSP 3.17, "Base Protocol"): header lines with `Content-Length`, an empty line, that many bytes.
 *
 * The framing has no mark to find the next message by once something else came between. What recovers is this:
 * everything up to the next `Content-Length:` is skipped, of two lengths in one header the later one counts, and a
 * body that is not JSON is searched for the header of the message that it swallowed.
 */
export class FrameDecoder implements MessageDecoder {
  #parts: Buffer[] = [];
  #sizeBytes = 0;
  #neededBytes = 1;
  #bodyBytes: number | undefined;
  #bytesToSkip = 0;
  #isInNoise = false;

  *push(chunk: Buffer): Generator<Decoded> {
    this.#parts.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes < this.#neededBytes) return;
    let rest = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    let neededBytes = 1;
    while (rest.length >= neededBytes) {
      const step = this.#step(rest);
      if ('neededBytes' in step) {
        neededBytes = step.neededBytes;
        continue;
      }
      if (step.decoded !== undefined) yield step.decoded;
      rest = step.rest;
    }
    // A copy, so that a small rest does not hold on to the large chunk it came in.
    this.#parts = [Buffer.from(rest)];
    this.#sizeBytes = rest.length;
    this.#neededBytes = neededBytes;
  }

  #step(rest: Buffer): Step {
    if (this.#bytesToSkip > 0) {
      const skippedBytes = Math.min(this.#bytesToSkip, rest.length);
      this.#bytesToSkip -= skippedBytes;
      return { rest: rest.subarray(skippedBytes) };
    }
    if (this.#bodyBytes !== undefined) return this.#readBody(rest, this.#bodyBytes);
    const at = findName(rest.subarray(0, WINDOW_BYTES));
    return at === 0 ? this.#readHeader(rest) : this.#skipNoise(rest, at);
  }

  /** `nameAt` is where the next header may begin, less than 0 where none is in sight. */
  #skipNoise(rest: Buffer, nameAt: number): Step {
    const isUndecided = nameAt < 0 && rest.length < MAX_HEADER_BYTES;
    if (isUndecided && !this.#isInNoise) return { neededBytes: rest.length + 1 };
    const tailBytes = NAME.length - 1;
    const until = nameAt < 0 ? Math.min(rest.length, WINDOW_BYTES) - tailBytes : nameAt;
    if (until <= 0) return { neededBytes: rest.length + 1 };
    const wasInNoise = this.#isInNoise;
    // Header lines before `Content-Length` are allowed, and say nothing that we need.
    const skipped = rest.toString('latin1', 0, Math.min(until, MAX_HEADER_BYTES));
    this.#isInNoise ||= nameAt < 0 || !/^(?:[\w-]+:[^\r\n]*\r\n|\s)*$/.test(skipped);
    if (wasInNoise || !this.#isInNoise) return { rest: rest.subarray(until) };
    return fault(rest.subarray(until), 'what came is not an LSP message; skipping to the next header');
  }

  #readHeader(rest: Buffer): Step {
    const end = rest.subarray(0, MAX_HEADER_BYTES).indexOf('\r\n\r\n');
    if (end < 0) {
      if (rest.length < MAX_HEADER_BYTES) return { neededBytes: rest.length + 1 };
      return this.#noHeader(rest, `a header is longer than ${MAX_HEADER_BYTES} bytes`);
    }
    const header = rest.toString('latin1', 0, end);
    const length = [...header.matchAll(/^content-length:[ \t]*(\d+)[ \t]*$/gim)].at(-1)?.[1];
    if (length === undefined) return this.#noHeader(rest, 'a header has no number in Content-Length');
    const bodyBytes = Number(length);
    if (bodyBytes > MAX_SKIPPED_BYTES) {
      return this.#noHeader(rest, 'a header names an impossible Content-Length');
    }
    this.#isInNoise = false;
    const body = rest.subarray(end + 4);
    if (bodyBytes > MAX_MESSAGE_BYTES) {
      this.#bytesToSkip = bodyBytes;
      return fault(body, `a message of ${bodyBytes} bytes is left out: the limit is ${MAX_MESSAGE_BYTES}`);
    }
    this.#bodyBytes = bodyBytes;
    return body.length < bodyBytes ? { rest: body } : this.#readBody(body, bodyBytes);
  }

  #readBody(rest: Buffer, bodyBytes: number): Step {
    if (rest.length < bodyBytes) return { neededBytes: bodyBytes };
    this.#bodyBytes = undefined;
    const body = rest.subarray(0, bodyBytes);
    const decoded = decodeMessage(body);
    const swallowedAt = 'fault' in decoded && bodyBytes <= MAX_SEARCHED_BYTES ? findName(body) : -1;
    return { decoded, rest: rest.subarray(swallowedAt < 0 ? bodyBytes : swallowedAt) };
  }

  /** Passes over the name only: what looked like a header may hide a real one. */
  #noHeader(rest: Buffer, what: string): Step {
    const after = rest.subarray(NAME.length);
    if (this.#isInNoise) return { rest: after };
    this.#isInNoise = true;
    return fault(after, what);
  }
}

/** The name in any case; at the very beginning and as everybody writes it without a copy. */
function findName(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, NAME.length).toLowerCase() === NAME) return 0;
  const asUsual = bytes.indexOf('Content-Length:', 0, 'latin1');
  return asUsual >= 0 ? asUsual : bytes.toString('latin1').toLowerCase().indexOf(NAME);
}

function fault(rest: Buffer, what: string): Step {
  return { rest, decoded: { fault: { what } } };
}
