import { finished } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';

/** The content codings a provider may answer in: RFC 9110 section 8.4.1, RFC 7932, RFC 8878. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

export function isCompressed(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && Object.hasOwn(DECODERS, contentEncoding.toLowerCase());
}

/** Who reads the unpacked bytes. */
export interface BytesReader {
  write(chunk: Buffer): unknown;
  end(): void;
}

/** Reads a compressed answer: a copy is unpacked beside the bytes that go by unchanged. */
export class DecodedMeter {
  readonly #meter: BytesReader;
  readonly #decoder: Transform | undefined;
  readonly #over: Promise<void> | undefined;
  #packedBytes = 0;
  #isUnpacked = false;

  /** @param contentEncoding one that is not known, or several at once, leaves everything unread. */
  constructor(contentEncoding: string, meter: BytesReader) {
    const coding = contentEncoding.toLowerCase();
    this.#meter = meter;
    this.#decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding]?.() : undefined;
    this.#decoder?.on('data', (chunk: Buffer) => {
      this.#isUnpacked = true;
      meter.write(chunk);
    });
    // An answer that breaks off, or is not what its header says, is read as far as it goes.
    this.#over = this.#decoder && finished(this.#decoder).catch(() => undefined);
  }

  /** How much came, where not even its beginning could be unpacked. */
  get unreadBytes(): number {
    return this.#isUnpacked ? 0 : this.#packedBytes;
  }

  write(chunk: Buffer): void {
    this.#packedBytes += chunk.length;
    if (this.#decoder?.writable) this.#decoder.write(chunk);
  }

  /** Resolves once everything written has been read. */
  async end(): Promise<void> {
    this.#decoder?.end();
    await this.#over;
    this.#meter.end();
  }
}
