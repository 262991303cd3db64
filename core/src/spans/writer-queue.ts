import type { Logger } from '../logger.ts';
import type { SpanWriter } from '../storage/span-store.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { spanBytes } from './span-bytes.ts';
import type { SpanRecord } from './span-record.ts';
import { withTimeLimit } from './time-limit.ts';
import { writeStorable } from './write-storable.ts';

export interface WriterQueueOptions {
  readonly writer: SpanWriter;
  readonly logger: Logger;
  /** So many spans are written at once, without waiting for more. */
  readonly batchSize: number;
  /** No write takes more; what else is there follows in the next. */
  readonly maxPerWrite: number;
  readonly flushIntervalMs: number;
  /** Spans held, and about how many bytes they take; what comes on top is dropped. */
  readonly maxBuffered: number;
  readonly maxBufferedBytes: number;
  /** Spans that take about so many bytes are written at once too: each write keeps everybody else waiting. */
  readonly batchBytes: number;
  /** For one write. */
  readonly timeLimitMs: number;
  /** Told of every span that is written or left out for good; must not throw. */
  readonly onDone?: (spans: readonly SpanRecord[]) => Promise<void>;
}

/** No writer is left alone for longer, whatever it asks for. */
const MAX_RETRY_DELAY_MS = 60_000;

/**
 * The spans that one writer has yet to take. A write that fails or takes too long is tried again after a pause
 * that doubles each time.
 */
export class WriterQueue {
  readonly #options: WriterQueueOptions;
  readonly #stopped = new AbortController();
  /** Those being written stay at the front until they are. */
  #queue: SpanRecord[] = [];
  #underWay = 0;
  #bytes = 0;
  #bytesUnderWay = 0;
  #dropped = 0;
  #droppedBefore: number | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(options: WriterQueueOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.writer.name;
  }

  /** How many spans were lost to a full buffer, or refused by the writer for good, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  add(span: SpanRecord): void {
    const { maxBuffered, maxBufferedBytes, flushIntervalMs } = this.#options;
    const bytes = spanBytes(span);
    if (this.#queue.length >= maxBuffered || this.#bytes + bytes > maxBufferedBytes) {
      this.#drop();
      return;
    }
    this.#queue.push(span);
    this.#bytes += bytes;
    if (this.#failures === 0 && this.#isBatch()) void this.flush();
    else this.#later(flushIntervalMs);
  }

  #isBatch(): boolean {
    const { batchSize, batchBytes } = this.#options;
    const isMany = this.#queue.length - this.#underWay >= batchSize;
    return isMany || this.#bytes - this.#bytesUnderWay >= batchBytes;
  }

  /** Whether all of these can be added now without a loss. */
  hasRoomFor(spans: readonly SpanRecord[]): boolean {
    const { maxBuffered, maxBufferedBytes } = this.#options;
    const bytes = spans.reduce((sum, span) => sum + spanBytes(span), this.#bytes);
    return this.#queue.length + spans.length <= maxBuffered && bytes <= maxBufferedBytes;
  }

  /** Resolves once all spans added before have been written, or could not be, which is logged. */
  flush(): Promise<void> {
    // One pass that has not begun serves everybody who asks for one.
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      return this.#writeAll();
    });
    this.#writing = this.#next;
    return this.#writing;
  }

  /** Writes what is left, as far as the time allows, and writes no more. */
  async drain(limitMs: number): Promise<void> {
    const { writer, logger } = this.#options;
    await withTimeLimit(limitMs, 'the last write', () => this.flush()).catch((cause: unknown) =>
      logger.error({ err: cause, writer: writer.name }, 'stopped writing spans'),
    );
    this.#stopped.abort();
    clearTimeout(this.#timer);
    const left = this.#queue.length;
    if (left > 0)
      logger.error({ writer: writer.name, spans: left }, 'spans were not written before the stop');
  }

  /** Drains, and lets go of the writer, each within the limit. */
  async close(limitMs: number): Promise<void> {
    const { writer, logger } = this.#options;
    await this.drain(limitMs);
    await withTimeLimit(limitMs, `closing ${writer.name}`, () => writer.close()).catch((cause: unknown) =>
      logger.error({ err: cause, writer: writer.name }, 'could not close a writer of spans'),
    );
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let left = this.#queue.length;
    while (left > 0 && !this.#stopped.signal.aborted) {
      const spans = this.#queue.slice(0, Math.min(left, this.#options.maxPerWrite));
      if (!(await this.#write(spans))) return;
      left -= spans.length;
    }
  }

  /** False if they could not be written now. */
  async #write(spans: readonly SpanRecord[]): Promise<boolean> {
    const { writer, logger, timeLimitMs, onDone } = this.#options;
    const bytes = spans.reduce((sum, span) => sum + spanBytes(span), 0);
    this.#underWay = spans.length;
    this.#bytesUnderWay = bytes;
    try {
      this.#dropped += await withTimeLimit(timeLimitMs, `writing to ${writer.name}`, (signal) =>
        writeStorable(writer, spans, logger, AbortSignal.any([signal, this.#stopped.signal])),
      );
    } catch (cause) {
      this.#retryLater(cause, spans.length);
      return false;
    } finally {
      this.#underWay = 0;
      this.#bytesUnderWay = 0;
    }
    this.#queue.splice(0, spans.length);
    this.#bytes -= bytes;
    this.#failures = 0;
    this.#endDrops();
    await onDone?.(spans);
    return true;
  }

  #retryLater(cause: unknown, spans: number): void {
    const { writer, logger, flushIntervalMs } = this.#options;
    const pauseMs = flushIntervalMs * 2 ** Math.min(this.#failures++, 10);
    const askedMs = cause instanceof RetryLaterError ? cause.retryAfterMs : 0;
    const retryMs = Math.min(Math.max(pauseMs, askedMs), MAX_RETRY_DELAY_MS);
    logger.error(
      { err: cause, writer: writer.name, spans, retry_ms: retryMs },
      'could not write spans; will try again',
    );
    this.#later(retryMs);
  }

  #later(delayMs: number): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer ??= setTimeout(() => void this.flush(), delayMs);
  }

  #drop(): void {
    if (this.#droppedBefore === undefined) {
      this.#droppedBefore = this.#dropped;
      const { writer, logger } = this.#options;
      logger.warn(
        { writer: writer.name, buffered: this.#queue.length, dropped: this.#dropped + 1 },
        'span processor buffer full',
      );
    }
    this.#dropped++;
  }

  #endDrops(): void {
    if (this.#droppedBefore === undefined) return;
    const { writer, logger } = this.#options;
    logger.info(
      { writer: writer.name, dropped: this.#dropped - this.#droppedBefore },
      'span processor buffer has room again',
    );
    this.#droppedBefore = undefined;
  }
}
