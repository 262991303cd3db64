import type { SpanAttribute } from '../span-record.ts';

/**
 * A span as OTLP has it, the same for both encodings: what Candela reads and writes of it.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export interface OtlpSpan {
  /** Lower-case hex, of whatever length the sender gave. */
  readonly traceId: string;
  readonly spanId: string;
  /** `''`: a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNs: bigint;
  readonly endTimeUnixNs: bigint;
  readonly attributes: readonly SpanAttribute[];
  readonly statusCode: number;
  readonly statusMessage: string;
}

/** The spans of one process. */
export interface OtlpResourceSpans {
  readonly resource: readonly SpanAttribute[];
  readonly spans: readonly OtlpSpan[];
}

export const SPAN_KIND = { internal: 1, client: 3 } as const;

export const STATUS_CODE = { unspecified: 0, ok: 1, error: 2 } as const;

/** An SDK keeps 128 attributes unless told otherwise; more than this is a mistake, or meant badly. */
export const MAX_ATTRIBUTES = 512;

/** A collector sends 8192 spans at once unless told otherwise. */
export const MAX_SPANS = 10_000;

/**
 * Attributes of a request and their parts, all together: each pair counts as two, and a collector's batch of spans
 * by an SDK may have a million pairs.
 */
const MAX_VALUES = 2 * 1_048_576;

/** How deep lists and maps in an attribute may lie. */
export const MAX_VALUE_DEPTH = 16;

/** A request's bytes are no trace data, or more of it than is taken at once. The message is for the sender. */
export class OtlpDataError extends Error {
  readonly status: 400 | 413;

  constructor(message: string, status: 400 | 413 = 400, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'OtlpDataError';
    this.status = status;
  }
}

/** Counts what is read of one request, so that a small body cannot become more objects than memory holds. */
export class ReadLimits {
  #spans = 0;
  #values = 0;

  /** @throws OtlpDataError `413`. */
  countSpan(): void {
    if (++this.#spans > MAX_SPANS) {
      throw new OtlpDataError(`more than ${MAX_SPANS} spans in one request: send smaller batches`, 413);
    }
  }

  /** An attribute, or a part of one. @throws OtlpDataError `413`. */
  countValue(): void {
    if (++this.#values > MAX_VALUES) {
      throw new OtlpDataError(`more than ${MAX_VALUES} attributes in one request: send smaller batches`, 413);
    }
  }
}
