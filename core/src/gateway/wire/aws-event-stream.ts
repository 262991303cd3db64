import { EventStreamCodec, type MessageHeaders } from '@smithy/core/event-streams';

/** One message of a stream, as AWS's own package reads it. */
export interface AwsEventMessage {
  readonly headers: MessageHeaders;
  readonly body: Uint8Array;
}

/** Bytes that are no event stream, or whose checksum says that they were damaged on the way. */
export class AwsEventStreamError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'AwsEventStreamError';
  }
}

/** Every message begins with its own length in four bytes, the highest first. */
const LENGTH_BYTES = 4;
/** Two lengths and two checksums, around nothing. */
const MIN_MESSAGE_BYTES = 16;

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/**
 * Cuts a byte stream into the messages of `application/vnd.amazon.eventstream`, wherever its chunks end.
 * https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export class AwsEventStreamReader {
  readonly #maxMessageBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #readBytes = 0;
  /** How many bytes must be there for the next step: a length, then the message it is the length of. */
  #needed = LENGTH_BYTES;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** How many bytes were whole messages so far. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Bytes of a message that is not complete yet. */
  get pendingBytes(): number {
    return this.#bytes;
  }

  /**
   * The messages that this chunk completes.
   *
   * @throws AwsEventStreamError for what is damaged or too large; nothing can be read after that.
   */
  *read(chunk: Buffer): Generator<AwsEventMessage> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#needed) {
      const pending = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      this.#chunks = [pending];
      const length = this.#lengthOf(pending);
      this.#needed = length;
      if (pending.length < length) return;
      const message = decode(pending.subarray(0, length));
      this.#chunks = [pending.subarray(length)];
      this.#bytes = pending.length - length;
      this.#readBytes += length;
      this.#needed = LENGTH_BYTES;
      yield message;
    }
  }

  #lengthOf(pending: Buffer): number {
    const length = pending.readUInt32BE(0);
    if (length >= MIN_MESSAGE_BYTES && length <= this.#maxMessageBytes) return length;
    throw new AwsEventStreamError(
      `a message of an event stream has ${MIN_MESSAGE_BYTES} to ${this.#maxMessageBytes} bytes, not ${length}`,
    );
  }
}

function decode(bytes: Buffer): AwsEventMessage {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new AwsEventStreamError(`a message of an event stream is damaged: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A header that is text; `undefined` if it is not there, or of another type. */
export function textHeader({ headers }: AwsEventMessage, name: string): string | undefined {
  const header = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return header?.type === 'string' ? header.value : undefined;
}
