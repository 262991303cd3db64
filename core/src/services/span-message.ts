import { create } from '@bufbuild/protobuf';
import type { Duration } from '@bufbuild/protobuf/wkt';
import { AttributeSchema, type Attribute } from '@candela/proto/types/common';
import {
  SpanKind,
  SpanSchema,
  SpanStatus,
  TraceSchema,
  TraceSummarySchema,
  type Span,
  type Trace,
  type TraceSummary,
} from '@candela/proto/types/trace';
import { usdFromNanoUsd } from '../money/index.ts';
import type { GenAiRecord, SpanAttribute, SpanRecord } from '../spans/span-record.ts';
import { summarizeTrace } from '../storage/trace-summary.ts';
import type { TraceRow } from '../storage/span-store.ts';
import { timestampFromUs } from './timestamps.ts';

export const SPAN_KINDS = {
  unspecified: SpanKind.UNSPECIFIED,
  llm: SpanKind.LLM,
  agent: SpanKind.AGENT,
  tool: SpanKind.TOOL,
  retrieval: SpanKind.RETRIEVAL,
  embedding: SpanKind.EMBEDDING,
  chain: SpanKind.CHAIN,
  general: SpanKind.GENERAL,
} as const;

export const SPAN_STATUSES = {
  unspecified: SpanStatus.UNSPECIFIED,
  ok: SpanStatus.OK,
  error: SpanStatus.ERROR,
} as const;

export function spanMessage(span: SpanRecord): Span {
  return create(SpanSchema, {
    spanId: span.spanId,
    traceId: span.traceId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: SPAN_KINDS[span.kind],
    status: SPAN_STATUSES[span.status],
    statusMessage: span.statusMessage,
    startTime: timestampFromUs(span.startTimeUnixUs),
    endTime: timestampFromUs(span.startTimeUnixUs + span.durationNs / 1e3),
    duration: durationFromNs(span.durationNs),
    ...(span.genAi && { genAi: genAiFields(span.genAi) }),
    attributes: span.attributes.map(attributeMessage),
    projectId: span.projectId,
    environment: span.environment,
    serviceName: span.serviceName,
    userId: span.userId,
    sessionId: span.sessionId,
    tenantId: span.tenantId,
    jobId: span.jobId,
    traceGroup: span.traceGroup,
    labels: { ...span.labels },
  });
}

export function traceSummaryMessage(row: TraceRow): TraceSummary {
  return create(TraceSummarySchema, {
    ...sharedTraceFields(row),
    llmCallCount: row.llmCallCount,
    status: SPAN_STATUSES[row.status],
    primaryModel: row.primaryModel,
    primaryProvider: row.primaryProvider,
  });
}

/** @param spans at least one. */
export function traceMessage(spans: readonly SpanRecord[]): Trace {
  const row = summarizeTrace(spans);
  return create(TraceSchema, {
    ...sharedTraceFields(row),
    endTime: timestampFromUs(row.startTimeUnixUs + row.durationNs / 1e3),
    spans: spans.map(spanMessage),
  });
}

function sharedTraceFields(row: TraceRow) {
  return {
    traceId: row.traceId,
    startTime: timestampFromUs(row.startTimeUnixUs),
    duration: durationFromNs(row.durationNs),
    rootSpanName: row.rootSpanName,
    projectId: row.projectId,
    environment: row.environment,
    spanCount: row.spanCount,
    totalTokens: BigInt(row.totalTokens),
    totalCostUsd: usdFromNanoUsd(row.totalCostNanoUsd),
    userId: row.userId,
    sessionId: row.sessionId,
    tenantId: row.tenantId,
    jobId: row.jobId,
    traceGroup: row.traceGroup,
  };
}

function genAiFields(genAi: GenAiRecord) {
  return {
    model: genAi.model,
    provider: genAi.provider,
    inputTokens: BigInt(genAi.inputTokens),
    outputTokens: BigInt(genAi.outputTokens),
    totalTokens: BigInt(genAi.inputTokens + genAi.outputTokens),
    costUsd: usdFromNanoUsd(genAi.costNanoUsd),
    temperature: genAi.temperature ?? 0,
    topP: genAi.topP ?? 0,
    maxTokens: BigInt(genAi.maxTokens ?? 0),
    inputContent: genAi.inputContent,
    outputContent: genAi.outputContent,
  };
}

function attributeMessage({ key, value }: SpanAttribute): Attribute {
  switch (typeof value) {
    case 'string':
      return create(AttributeSchema, { key, value: { case: 'stringValue', value } });
    case 'bigint':
      return create(AttributeSchema, { key, value: { case: 'intValue', value } });
    case 'number':
      return create(AttributeSchema, { key, value: { case: 'doubleValue', value } });
    case 'boolean':
      return create(AttributeSchema, { key, value: { case: 'boolValue', value } });
  }
}

function durationFromNs(durationNs: number): Duration {
  return {
    $typeName: 'google.protobuf.Duration',
    seconds: BigInt(Math.floor(durationNs / 1e9)),
    nanos: Math.round(durationNs % 1e9),
  };
}
