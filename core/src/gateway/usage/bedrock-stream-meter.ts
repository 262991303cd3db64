import { AwsEventStreamError } from '../wire/aws-event-stream.ts';
import { BedrockStreamReader } from '../wire/bedrock-stream.ts';
import { newReading, type UsageMeter } from './answer-reading.ts';
import type { ReadEvent } from './sse-meter.ts';

/** Reads a stream of Bedrock's, whose events are the model's own in another envelope. */
export class BedrockStreamMeter implements UsageMeter {
  readonly reading = newReading();
  readonly #stream = new BedrockStreamReader();
  readonly #readEvent: ReadEvent;
  #isUnreadable = false;
  #bytes = 0;

  constructor(readEvent: ReadEvent) {
    this.#readEvent = readEvent;
  }

  write(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#isUnreadable) return false;
    let isLast = false;
    try {
      for (const event of this.#stream.read(chunk)) {
        if (event.kind === 'failure') this.reading.error = event.message;
        else isLast = this.#readEvent(event.json, this.reading) || isLast;
      }
    } catch (cause) {
      if (!(cause instanceof AwsEventStreamError)) throw cause;
      this.#isUnreadable = true;
      this.reading.error = cause.message;
    }
    if (isLast) this.reading.complete = true;
    return isLast;
  }

  end(): void {
    // A message that was not completed says nothing for sure. What cannot be read has its size to go by.
    if (this.#isUnreadable) this.reading.outputBytes += this.#bytes - this.#stream.readBytes;
  }
}
