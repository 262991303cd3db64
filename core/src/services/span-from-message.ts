import type { Duration } from '@bufbuild/protobuf/wkt';
import type { Attribute } from '@candela/proto/types/common';
import type { GenAIAttributes, Span, ToolAttributes } from '@candela/proto/types/trace';
import { asNanoUsd, nanoUsdFromUsd } from '../money/index.ts';
import { ATTRIBUTION_ID, SESSION_ID } from '../gateway/context/attribution-ids.ts';
import { cutUtf8 } from '../spans/cut-utf8.ts';
import { MAX_SPAN_COST_USD } from '../spans/span-problem.ts';
import {
  MAX_CONTENT_BYTES,
  type GenAiRecord,
  type SpanAttribute,
  type SpanKind,
  type SpanRecord,
  type SpanStatus,
} from '../spans/span-record.ts';
import { SPAN_KINDS, SPAN_STATUSES } from './span-message.ts';

const KINDS = new Map(Object.entries(SPAN_KINDS).map(([name, value]) => [value as number, name as SpanKind]));
const STATUSES = new Map(
  Object.entries(SPAN_STATUSES).map(([name, value]) => [value as number, name as SpanStatus]),
);

/** A span of the contract as a row of ours. Nothing is checked: numbers that fit no column stay out of range. */
export function recordFromMessage(span: Span, userId: string): SpanRecord {
  const { genAi, tool, startTime } = span;
  const startNs = startTime ? nsOf(startTime) : 0n;
  return {
    spanId: span.spanId.toLowerCase(),
    traceId: span.traceId.toLowerCase(),
    parentSpanId: span.parentSpanId.toLowerCase(),
    name: span.name,
    kind: KINDS.get(span.kind) ?? 'unspecified',
    status: STATUSES.get(span.status) ?? 'unspecified',
    statusMessage: span.statusMessage,
    startTimeUnixUs: Number(startNs / 1_000n),
    durationNs: Number(durationNsOf(span, startNs)),
    projectId: span.projectId,
    environment: span.environment,
    serviceName: span.serviceName,
    userId,
    sessionId: matching(span.sessionId, SESSION_ID),
    tenantId: matching(span.tenantId, ATTRIBUTION_ID),
    jobId: matching(span.jobId, ATTRIBUTION_ID),
    traceGroup: matching(span.traceGroup, ATTRIBUTION_ID),
    ...(genAi && { genAi: genAiOf(genAi) }),
    attributes: [...span.attributes.flatMap(attributeOf), ...(tool ? toolAttributes(tool) : [])],
    labels: { ...span.labels },
  };
}

function durationNsOf({ duration, endTime }: Span, startNs: bigint): bigint {
  if (duration) return nsOf(duration);
  return endTime ? nsOf(endTime) - startNs : 0n;
}

function nsOf({ seconds, nanos }: Pick<Duration, 'seconds' | 'nanos'>): bigint {
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function genAiOf(genAi: GenAIAttributes): GenAiRecord {
  const { temperature, topP, maxTokens, costUsd } = genAi;
  return {
    model: genAi.model,
    provider: genAi.provider,
    inputTokens: Number(genAi.inputTokens),
    outputTokens: Number(genAi.outputTokens),
    cacheReadTokens: 0,
    cacheCreationTokens: 0,
    // Minus one is refused with the rest of what is out of range; a number that is none cannot be carried along.
    costNanoUsd: costUsd >= 0 && costUsd <= MAX_SPAN_COST_USD ? nanoUsdFromUsd(costUsd) : asNanoUsd(-1n),
    // Proto3 has no way to say that a number is absent: 0 stands for that.
    ...(temperature !== 0 && { temperature }),
    ...(topP !== 0 && { topP }),
    ...(maxTokens !== 0n && Number.isSafeInteger(Number(maxTokens)) && { maxTokens: Number(maxTokens) }),
    inputContent: cutUtf8(genAi.inputContent, MAX_CONTENT_BYTES),
    outputContent: cutUtf8(genAi.outputContent, MAX_CONTENT_BYTES),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
function toolAttributes({ toolName, toolInput, toolOutput }: ToolAttributes): SpanAttribute[] {
  return [
    { key: 'gen_ai.tool.name', value: toolName },
    { key: 'gen_ai.tool.call.arguments', value: toolInput },
    { key: 'gen_ai.tool.call.result', value: toolOutput },
  ].filter(({ value }) => value !== '');
}

function attributeOf({ key, value }: Attribute): SpanAttribute[] {
  return value.value === undefined ? [] : [{ key, value: value.value }];
}

function matching(text: string, pattern: RegExp): string {
  return pattern.test(text) ? text : '';
}
