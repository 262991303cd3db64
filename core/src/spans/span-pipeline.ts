import type { Ledger } from '../budget/ledger.ts';
import type { Logger } from '../logger.ts';
import type { SpanWriter } from '../storage/span-store.ts';
import type { SpanRecord } from './span-record.ts';
import type { SpanSink } from './span-sink.ts';
import { WriterQueue } from './writer-queue.ts';

export interface SpanPipelineOptions {
  /** The store that readers read. */
  readonly writer: SpanWriter;
  /** Where copies go; closed with the pipeline. */
  readonly copies?: readonly SpanWriter[];
  /** Told what the store has, so that it need not keep it for a rebuild. */
  readonly ledger: Pick<Ledger, 'acknowledgeSpans'>;
  readonly logger: Logger;
  /** `worker.batch_size`; default 100. */
  readonly batchSize?: number;
  /** `worker.flush_interval`; default 2000. */
  readonly flushIntervalMs?: number;
  /** Spans held for each writer that cannot keep up; what comes on top is dropped. Default 10 000. */
  readonly maxBuffered?: number;
  /** For one write. Default 30 000. */
  readonly timeLimitMs?: number;
  /** For what is left when it closes. Default 5000. */
  readonly closeLimitMs?: number;
}

/** With prompts and answers captured, a few thousand spans fill a machine; but one request's spans must fit. */
const MAX_BUFFERED_BYTES = 256 * 1024 * 1024;

/**
 * A store that writes in this thread takes ten milliseconds for as much. A hundred prompts of a mebibyte each at once
 * would take a third of a second, in which no stream goes on.
 */
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Takes finished spans at once and writes them in batches, to the store and to every place for copies. Each has a
 * queue, a time limit and retries of its own, so none waits for another. Reading after a `flush` sees every span
 * added before it.
 */
export class SpanPipeline implements SpanSink {
  readonly #primary: WriterQueue;
  readonly #copies: readonly WriterQueue[];
  readonly #closeLimitMs: number;
  /** Of these the ledger knows nothing, whatever their ids say. */
  readonly #fromElsewhere = new WeakSet<SpanRecord>();

  constructor(options: SpanPipelineOptions) {
    const { ledger, logger, batchSize = 100 } = options;
    const shared = {
      ...{ logger, batchSize },
      flushIntervalMs: options.flushIntervalMs ?? 2_000,
      maxBuffered: options.maxBuffered ?? 10_000,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      batchBytes: BATCH_BYTES,
      timeLimitMs: options.timeLimitMs ?? 30_000,
    };
    this.#closeLimitMs = options.closeLimitMs ?? 5_000;
    this.#primary = new WriterQueue({
      ...{ ...shared, writer: options.writer },
      // One transaction for a thousand spans is cheaper than ten for a hundred each.
      maxPerWrite: Math.max(batchSize, 1_000),
      onDone: (spans) =>
        acknowledge(
          spans.filter((span) => !this.#fromElsewhere.has(span)),
          ledger,
          logger,
        ),
    });
    this.#copies = (options.copies ?? []).map(
      (writer) => new WriterQueue({ ...shared, writer, maxPerWrite: batchSize }),
    );
  }

  /** Spans lost since the start, by the name of the writer. */
  get dropped(): ReadonlyMap<string, number> {
    return new Map([this.#primary, ...this.#copies].map((queue) => [queue.name, queue.dropped]));
  }

  add(span: SpanRecord): void {
    this.#primary.add(span);
    for (const copy of this.#copies) copy.add(span);
  }

  /** Adds spans that are not of our own calls, all or none. False if there is no room for them. */
  async addFromElsewhere(spans: readonly SpanRecord[]): Promise<boolean> {
    if (!this.#primary.hasRoomFor(spans)) await this.flush();
    if (!this.#primary.hasRoomFor(spans)) return false;
    for (const span of spans) {
      this.#fromElsewhere.add(span);
      this.add(span);
    }
    return true;
  }

  /** Resolves once the store has all spans added before, or could not take them, which is logged. */
  flush(): Promise<void> {
    return this.#primary.flush();
  }

  /** Writes what is left. Calls that the store could not take are rebuilt from the ledger at the next start. */
  async close(): Promise<void> {
    await Promise.all([
      this.#primary.drain(this.#closeLimitMs),
      ...this.#copies.map((copy) => copy.close(this.#closeLimitMs)),
    ]);
  }
}

async function acknowledge(
  spans: readonly SpanRecord[],
  ledger: SpanPipelineOptions['ledger'],
  logger: Logger,
): Promise<void> {
  if (spans.length === 0) return;
  await ledger
    .acknowledgeSpans(spans.map((span) => span.spanId))
    .catch((cause: unknown) => logger.warn({ err: cause }, 'written spans stay in the journal for now'));
}
