import type { NanoUsd } from '../money/index.ts';

export type SpanKind =
  'unspecified' | 'llm' | 'agent' | 'tool' | 'retrieval' | 'embedding' | 'chain' | 'general';
export type SpanStatus = 'unspecified' | 'ok' | 'error';

/** OpenTelemetry's `gen_ai.operation.name`, for what is asked of a model. */
export type OperationName = 'chat' | 'text_completion' | 'embeddings';

/** Prompt and answer are kept up to 1 MiB of UTF-8 each (contract section 6). */
export const MAX_CONTENT_BYTES = 1_048_576;

/** One key with one value of the types OpenTelemetry allows here; integers are whole `bigint`s. */
export interface SpanAttribute {
  readonly key: string;
  readonly value: string | bigint | number | boolean;
}

/**
 * What one operation left behind: the row of table `spans` (contract section 11), one field a column.
 * Text that is not known is `''`, a number that is not known is `0`, as in the protobuf message.
 */
export interface SpanRecord {
  /** 16 lower-case hex digits; unique, and the key that makes writing a span twice harmless. */
  readonly spanId: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** Microseconds since 1970, a whole number. */
  readonly startTimeUnixUs: number;
  readonly durationNs: number;
  readonly projectId: string;
  readonly environment: string;
  readonly serviceName: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly tenantId: string;
  readonly jobId: string;
  readonly traceGroup: string;
  /** Absent for a span that is no language-model call. */
  readonly genAi?: GenAiRecord;
  readonly attributes: readonly SpanAttribute[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface GenAiRecord {
  readonly model: string;
  readonly provider: string;
  /** All input tokens, those read from and written to a cache included (OpenTelemetry's meaning). */
  readonly inputTokens: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  /** Exact; the column `gen_ai_cost_usd` is made from it. */
  readonly costNanoUsd: NanoUsd;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  /** At most `MAX_CONTENT_BYTES` each; `''` where capture is off. */
  readonly inputContent: string;
  readonly outputContent: string;
}
