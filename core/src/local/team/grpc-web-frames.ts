/** Flag, and length of what follows as a big-endian number: gRPC's and gRPC-Web's frames are the same. */
const HEAD_BYTES = 5;

/** Says that the frame holds the trailers: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md */
const TRAILERS_FLAG = 0x80;

/** Far above any that there are; what claims to be longer is no frame. */
const MAX_TRAILERS_BYTES = 64 * 1024;

/** What gRPC allows of names and values; anything else could not be sent on. */
const TRAILER = /^\s*([\w.-]+)\s*:\s*([\x20-\x7e]*?)\s*$/;

/**
 * Takes the trailers out of a gRPC-Web answer. Everything else of it is what gRPC sends, and goes by as it comes.
 */
export class GrpcWebFrames {
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  /** Of the frame that is being read. */
  #left = 0;
  #isTrailers = false;
  #trailers = '';
  #isBroken = false;

  /** The bytes of these that are of messages. */
  push(chunk: Buffer): Buffer {
    if (this.#isBroken) return Buffer.alloc(0);
    const kept: Buffer[] = [];
    let at = 0;
    while (at < chunk.length && !this.#isBroken) {
      if (this.#left === 0) {
        const taken = Math.min(HEAD_BYTES - this.#headBytes, chunk.length - at);
        chunk.copy(this.#head, this.#headBytes, at, at + taken);
        at += taken;
        this.#headBytes += taken;
        if (this.#headBytes < HEAD_BYTES) break;
        this.#begin(kept);
        continue;
      }
      const bytes = chunk.subarray(at, at + this.#left);
      at += bytes.length;
      this.#left -= bytes.length;
      if (this.#isTrailers) this.#trailers += bytes.toString('latin1');
      else kept.push(bytes);
    }
    return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  }

  /** Names and values; `undefined` if the answer ended without them: it was cut off, or was no gRPC-Web. */
  trailers(): readonly [name: string, value: string][] | undefined {
    if (this.#isBroken || !this.#isTrailers || this.#left > 0) return undefined;
    return this.#trailers.split('\r\n').flatMap((line) => {
      const [, name, value] = TRAILER.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
    });
  }

  #begin(kept: Buffer[]): void {
    this.#headBytes = 0;
    this.#left = this.#head.readUInt32BE(1);
    // Nothing follows the trailers.
    this.#isBroken = this.#isTrailers;
    this.#isTrailers = ((this.#head[0] as number) & TRAILERS_FLAG) !== 0;
    if (!this.#isTrailers) kept.push(Buffer.from(this.#head));
    else if (this.#left > MAX_TRAILERS_BYTES) this.#isBroken = true;
  }
}
