import type { NanoUsd } from '../money/index.ts';
import type { SpanKind, SpanRecord, SpanStatus } from '../spans/span-record.ts';

/** Where finished spans go. */
export interface SpanWriter {
  /** For logs: `sqlite`, `duckdb`, … */
  readonly name: string;
  /**
   * Writes all or none. A span whose `spanId` is there already is left as it is, so a retry is harmless.
   *
   * @param signal aborted once nobody waits for the answer any more.
   * @throws UnstorableSpansError naming spans that it can never store.
   */
  write(spans: readonly SpanRecord[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Half-open: `startUnixUs <= span start < endUnixUs`, microseconds since 1970. */
export interface TimeWindow {
  readonly startUnixUs: number;
  readonly endUnixUs: number;
}

/**
 * What narrows a query; a field that is absent does not narrow (`''` asks for spans without one). `userId` is how
 * "only your own" is kept.
 */
export interface SpanFilter {
  readonly window?: TimeWindow;
  readonly userId?: string;
  readonly projectId?: string;
  readonly environment?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly status?: SpanStatus;
  readonly kind?: SpanKind;
  /** Case-insensitive substring of the span's name. */
  readonly nameContains?: string;
  /** Case-insensitive substring of a span's name, model, trace id or captured text. */
  readonly search?: string;
  readonly tenantId?: string;
  readonly jobId?: string;
  readonly traceGroup?: string;
  /** All of them, each with this very value. */
  readonly labels?: Readonly<Record<string, string>>;
}

export type TraceOrder = 'start_time' | 'duration' | 'total_cost' | 'total_tokens';

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface TracePage {
  readonly traces: readonly TraceRow[];
  /** How many traces match in all. */
  readonly totalCount: number;
}

/**
 * One trace, summed up over its spans. The root is the span without a parent in the trace, earliest first;
 * primary model and provider are those of the dearest LLM call, earliest on a tie. Who it belongs to (project,
 * user, session, …) is what the root says, else the earliest span that says something.
 */
export interface TraceRow {
  readonly traceId: string;
  readonly startTimeUnixUs: number;
  /** From the first span's start to the last span's end. */
  readonly durationNs: number;
  readonly rootSpanName: string;
  readonly projectId: string;
  readonly environment: string;
  readonly spanCount: number;
  readonly llmCallCount: number;
  readonly totalTokens: number;
  readonly totalCostNanoUsd: NanoUsd;
  /** `error` if any span failed, else `ok` if any succeeded. */
  readonly status: SpanStatus;
  readonly primaryModel: string;
  readonly primaryProvider: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly tenantId: string;
  readonly jobId: string;
  readonly traceGroup: string;
}

export interface UsageTotals {
  readonly traces: number;
  readonly spans: number;
  /** Spans of kind `llm` or `embedding`. */
  readonly llmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly costNanoUsd: NanoUsd;
  /** Mean over LLM calls; 0 where there are none. */
  readonly avgLatencyMs: number;
  /** LLM calls that failed / LLM calls, 0…1. */
  readonly errorRate: number;
}

/** The totals of one stretch of a time axis. */
export interface UsageBucket extends UsageTotals {
  readonly startUnixUs: number;
}

export interface ModelTotals {
  readonly model: string;
  readonly provider: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly costNanoUsd: NanoUsd;
  readonly avgLatencyMs: number;
}

/** Where spans are read. Every answer includes whatever `write` has finished writing. */
export interface SpanReader {
  /** The trace's spans by start time; empty where there is no such trace (or none of `userId`'s). */
  getTrace(traceId: string, only?: { readonly userId?: string }): Promise<readonly SpanRecord[]>;
  /**
   * A trace is listed if one of its spans matches, and is summed up over all of its spans, or all of `userId`'s
   * where the filter names one. `status` is asked of the whole trace. Traces that tie come newest first.
   * Pages of up to 10 000.
   */
  listTraces(filter: SpanFilter, order: TraceOrder, descending: boolean, page: Page): Promise<TracePage>;
  /** Newest first. */
  searchSpans(
    filter: SpanFilter,
    page: Page,
  ): Promise<{ readonly spans: readonly SpanRecord[]; readonly totalCount: number }>;
  /** Over the spans that match. */
  usageTotals(filter: SpanFilter): Promise<UsageTotals>;
  /** One bucket per `bucketUs` that has spans, ascending, aligned to multiples of `bucketUs` since 1970. */
  usageOverTime(filter: SpanFilter, bucketUs: number): Promise<readonly UsageBucket[]>;
  /** LLM calls by provider and model, dearest first. */
  modelTotals(filter: SpanFilter): Promise<readonly ModelTotals[]>;
}
