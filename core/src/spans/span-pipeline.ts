import type { Ledger } from '../budget/ledger.ts';
import type { Logger } from '../logger.ts';
import type { SpanWriter } from '../storage/span-store.ts';
import type { SpanRecord } from './span-record.ts';
import type { SpanSink } from './span-sink.ts';

export interface SpanPipelineOptions {
  readonly writer: SpanWriter;
  /** Told what has been written, so that it need not keep it for a rebuild. */
  readonly ledger: Pick<Ledger, 'acknowledgeSpans'>;
  readonly logger: Logger;
  /** `worker.batch_size`; default 100. */
  readonly batchSize?: number;
  /** `worker.flush_interval`; default 2000. */
  readonly flushIntervalMs?: number;
  /** Spans held while the store cannot be written; what comes on top is dropped. Default 10 000. */
  readonly maxBuffered?: number;
}

/**
 * Takes finished spans at once and writes them in batches. Reading after a `flush` sees every span added before
 * it. A batch that cannot be written is kept and tried again with the next one.
 */
export class SpanPipeline implements SpanSink {
  readonly #options: SpanPipelineOptions;
  readonly #batchSize: number;
  readonly #maxBuffered: number;
  #buffer: SpanRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dropped = 0;
  #isClosed = false;

  constructor(options: SpanPipelineOptions) {
    this.#options = options;
    this.#batchSize = options.batchSize ?? 100;
    this.#maxBuffered = options.maxBuffered ?? 10_000;
  }

  /** How many spans were lost to a full buffer since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  add(span: SpanRecord): void {
    if (this.#buffer.length >= this.#maxBuffered) {
      this.#dropped++;
      this.#options.logger.warn({ dropped: this.#dropped }, 'span processor buffer full');
      return;
    }
    this.#buffer.push(span);
    if (this.#buffer.length >= this.#batchSize) void this.flush();
    else this.#flushLater();
  }

  /** Resolves once all spans added before have been written, or could not be, which is logged. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  /** Writes what is left. What cannot be written any more is rebuilt from the ledger at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  #flushLater(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.flushIntervalMs ?? 2_000);
  }

  async #writeAll(): Promise<void> {
    const spans = this.#buffer;
    if (spans.length === 0) return;
    this.#buffer = [];
    const { writer, ledger, logger } = this.#options;
    try {
      await writer.write(spans);
    } catch (cause) {
      logger.error(
        { err: cause, writer: writer.name, spans: spans.length },
        'could not write spans; will try again',
      );
      this.#buffer = [...spans, ...this.#buffer];
      this.#flushLater();
      return;
    }
    await ledger
      .acknowledgeSpans(spans.map((span) => span.spanId))
      .catch((cause: unknown) => logger.warn({ err: cause }, 'written spans stay in the journal for now'));
  }
}
