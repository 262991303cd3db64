import { asNanoUsd } from '../../money/index.ts';
import type { GenAiRecord, SpanKind, SpanRecord, SpanStatus } from '../../spans/span-record.ts';
import type { TraceSpan } from '../trace-summary.ts';
import { attributeFromText } from './attribute-text.ts';
import type { SqlRow } from './dialect.ts';
import type { Pair } from './span-row.ts';
import { numberOf, textOf, wholeOf } from './sql-row.ts';

const KINDS: ReadonlySet<string> = new Set<SpanKind>([
  'unspecified',
  'llm',
  'agent',
  'tool',
  'retrieval',
  'embedding',
  'chain',
  'general',
]);
const STATUSES: ReadonlySet<string> = new Set<SpanStatus>(['unspecified', 'ok', 'error']);

/** The inverse of `toSpanRow`, for a row that the shared queries selected with all columns. */
export function spanFromRow(row: SqlRow): SpanRecord {
  const genAi = genAiFromRow(row);
  return {
    spanId: textOf(row, 'span_id'),
    traceId: textOf(row, 'trace_id'),
    parentSpanId: textOf(row, 'parent_span_id'),
    name: textOf(row, 'name'),
    kind: kindOf(row),
    status: statusOf(row),
    statusMessage: textOf(row, 'status_message'),
    startTimeUnixUs: numberOf(row, 'start_time_us'),
    durationNs: numberOf(row, 'duration_ns'),
    projectId: textOf(row, 'project_id'),
    environment: textOf(row, 'environment'),
    serviceName: textOf(row, 'service_name'),
    userId: textOf(row, 'user_id'),
    sessionId: textOf(row, 'session_id'),
    tenantId: textOf(row, 'tenant_id'),
    jobId: textOf(row, 'job_id'),
    traceGroup: textOf(row, 'trace_group'),
    ...(genAi !== undefined && { genAi }),
    attributes: pairsOf(row, 'attributes_json').map(({ key, value }) => ({
      key,
      value: attributeFromText(value),
    })),
    labels: Object.fromEntries(pairsOf(row, 'labels_json').map(({ key, value }) => [key, value])),
  };
}

/** The part of a span its trace's summary needs, from a row with `TRACE_SPAN_COLUMNS`. */
export function traceSpanFromRow(row: SqlRow): TraceSpan {
  const common = {
    spanId: textOf(row, 'span_id'),
    traceId: textOf(row, 'trace_id'),
    parentSpanId: textOf(row, 'parent_span_id'),
    name: textOf(row, 'name'),
    kind: kindOf(row),
    status: statusOf(row),
    startTimeUnixUs: numberOf(row, 'start_time_us'),
    durationNs: numberOf(row, 'duration_ns'),
    projectId: textOf(row, 'project_id'),
    environment: textOf(row, 'environment'),
    userId: textOf(row, 'user_id'),
    sessionId: textOf(row, 'session_id'),
    tenantId: textOf(row, 'tenant_id'),
    jobId: textOf(row, 'job_id'),
    traceGroup: textOf(row, 'trace_group'),
  };
  if (row['gen_ai_model'] === null) return common;
  return { ...common, genAi: usageFromRow(row) };
}

function usageFromRow(row: SqlRow): NonNullable<TraceSpan['genAi']> {
  return {
    model: textOf(row, 'gen_ai_model'),
    provider: textOf(row, 'gen_ai_provider'),
    inputTokens: numberOf(row, 'gen_ai_input_tokens'),
    outputTokens: numberOf(row, 'gen_ai_output_tokens'),
    costNanoUsd: asNanoUsd(wholeOf(row, 'gen_ai_cost_nano_usd')),
  };
}

function genAiFromRow(row: SqlRow): GenAiRecord | undefined {
  if (row['gen_ai_model'] === null) return undefined;
  const known = (column: string) => row[column] !== null;
  return {
    ...usageFromRow(row),
    cacheReadTokens: numberOf(row, 'gen_ai_cache_read_tokens'),
    cacheCreationTokens: numberOf(row, 'gen_ai_cache_creation_tokens'),
    ...(known('gen_ai_temperature') && { temperature: numberOf(row, 'gen_ai_temperature') }),
    ...(known('gen_ai_top_p') && { topP: numberOf(row, 'gen_ai_top_p') }),
    ...(known('gen_ai_max_tokens') && { maxTokens: numberOf(row, 'gen_ai_max_tokens') }),
    inputContent: textOf(row, 'gen_ai_input_content'),
    outputContent: textOf(row, 'gen_ai_output_content'),
  };
}

/** A kind that a newer Candela wrote is `unspecified` to this one. */
function kindOf(row: SqlRow): SpanKind {
  const kind = textOf(row, 'kind');
  return KINDS.has(kind) ? (kind as SpanKind) : 'unspecified';
}

function statusOf(row: SqlRow): SpanStatus {
  const status = textOf(row, 'status');
  return STATUSES.has(status) ? (status as SpanStatus) : 'unspecified';
}

function pairsOf(row: SqlRow, column: string): readonly Pair[] {
  return JSON.parse(textOf(row, column) || '[]') as readonly Pair[];
}
