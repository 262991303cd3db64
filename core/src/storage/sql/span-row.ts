import { usdFromNanoUsd } from '../../money/index.ts';
import type { SpanRecord } from '../../spans/span-record.ts';
import { UnstorableSpansError } from '../unstorable-spans-error.ts';
import { attributeToText } from './attribute-text.ts';
import type { SPAN_COLUMNS, SpanColumn } from './span-columns.ts';

export interface Pair {
  readonly key: string;
  readonly value: string;
}

interface ValueByType {
  text: string;
  int: number | bigint;
  double: number;
  /** Microseconds since 1970. */
  time: number;
  pairs: readonly Pair[];
}

/** A span as the values of its columns; what an engine's driver wants for each type is the adapter's to say. */
export type SpanRow = { readonly [C in SpanColumn]: ValueByType[(typeof SPAN_COLUMNS)[C]] | null };

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/**
 * The columns `gen_ai_*` are null for a span that is no language-model call.
 *
 * @throws UnstorableSpansError if a number does not fit its column, so that every engine refuses the same spans.
 */
export function toSpanRow(span: SpanRecord): SpanRow {
  requireStorable(span);
  const { genAi } = span;
  return {
    span_id: span.spanId,
    trace_id: span.traceId,
    parent_span_id: span.parentSpanId,
    start_time: span.startTimeUnixUs,
    end_time: endTimeUnixUs(span),
    duration_ns: span.durationNs,
    kind: span.kind,
    status: span.status,
    user_id: span.userId,
    project_id: span.projectId,
    environment: span.environment,
    gen_ai_model: genAi?.model ?? null,
    gen_ai_provider: genAi?.provider ?? null,
    gen_ai_input_tokens: genAi?.inputTokens ?? null,
    gen_ai_output_tokens: genAi?.outputTokens ?? null,
    gen_ai_total_tokens: genAi === undefined ? null : genAi.inputTokens + genAi.outputTokens,
    gen_ai_cache_read_tokens: genAi?.cacheReadTokens ?? null,
    gen_ai_cache_creation_tokens: genAi?.cacheCreationTokens ?? null,
    gen_ai_cost_usd: genAi === undefined ? null : usdFromNanoUsd(genAi.costNanoUsd),
    gen_ai_cost_nano_usd: genAi?.costNanoUsd ?? null,
    name: span.name,
    status_message: span.statusMessage,
    service_name: span.serviceName,
    session_id: span.sessionId,
    tenant_id: span.tenantId,
    job_id: span.jobId,
    trace_group: span.traceGroup,
    gen_ai_temperature: genAi?.temperature ?? null,
    gen_ai_top_p: genAi?.topP ?? null,
    gen_ai_max_tokens: genAi?.maxTokens ?? null,
    attributes: span.attributes.map(({ key, value }) => ({ key, value: attributeToText(value) })),
    labels: Object.entries(span.labels).map(([key, value]) => ({ key, value })),
    gen_ai_input_content: genAi?.inputContent ?? null,
    gen_ai_output_content: genAi?.outputContent ?? null,
  };
}

/** The end of a span in microseconds since 1970, as column `end_time` has it. */
export function endTimeUnixUs({ startTimeUnixUs, durationNs }: SpanRecord): number {
  return startTimeUnixUs + Math.trunc(durationNs / 1000);
}

/** @throws UnstorableSpansError if a number does not fit its column, so that every engine refuses the same spans. */
export function requireStorable(span: SpanRecord): void {
  const { genAi } = span;
  requireWhole(span, 'startTimeUnixUs', span.startTimeUnixUs);
  requireWhole(span, 'durationNs', span.durationNs);
  if (genAi !== undefined) {
    requireWhole(span, 'inputTokens', genAi.inputTokens);
    requireWhole(span, 'outputTokens', genAi.outputTokens);
    requireWhole(span, 'cacheReadTokens', genAi.cacheReadTokens);
    requireWhole(span, 'cacheCreationTokens', genAi.cacheCreationTokens);
    requireWhole(span, 'maxTokens', genAi.maxTokens ?? 0);
    if (genAi.costNanoUsd > INT64_MAX || genAi.costNanoUsd < INT64_MIN) refuse(span, 'costNanoUsd');
  }
}

function requireWhole(span: SpanRecord, field: string, value: number): void {
  if (!Number.isSafeInteger(value)) refuse(span, field);
}

function refuse(span: SpanRecord, field: string): never {
  throw new UnstorableSpansError(
    `span ${span.spanId}: ${field} must be a whole number that fits its column`,
    [span],
  );
}
