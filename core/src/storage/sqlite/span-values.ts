import type { SQLInputValue } from 'node:sqlite';
import { usdFromNanoUsd } from '../../money/index.ts';
import type { SpanRecord } from '../../spans/span-record.ts';
import { attributesJson, labelsJson } from '../sql/attributes-json.ts';
import { endTimeUnixUs, requireStorable } from '../sql/span-row.ts';
import { timeText } from './time-text.ts';

/**
 * A span as the values of `SPAN_COLUMN_NAMES`, in their order. Written out, because looking thirty-four columns up by
 * their names costs more than all their values.
 *
 * @throws UnstorableSpansError see `requireStorable`.
 */
export function spanValues(span: SpanRecord): SQLInputValue[] {
  requireStorable(span);
  const { genAi } = span;
  return [
    span.spanId,
    span.traceId,
    span.parentSpanId,
    timeText(span.startTimeUnixUs),
    timeText(endTimeUnixUs(span)),
    span.durationNs,
    span.kind,
    span.status,
    span.userId,
    span.projectId,
    span.environment,
    genAi?.model ?? null,
    genAi?.provider ?? null,
    genAi?.inputTokens ?? null,
    genAi?.outputTokens ?? null,
    genAi === undefined ? null : genAi.inputTokens + genAi.outputTokens,
    genAi?.cacheReadTokens ?? null,
    genAi?.cacheCreationTokens ?? null,
    genAi === undefined ? null : usdFromNanoUsd(genAi.costNanoUsd),
    genAi?.costNanoUsd ?? null,
    span.name,
    span.statusMessage,
    span.serviceName,
    span.sessionId,
    span.tenantId,
    span.jobId,
    span.traceGroup,
    genAi?.temperature ?? null,
    genAi?.topP ?? null,
    genAi?.maxTokens ?? null,
    attributesJson(span.attributes),
    labelsJson(span.labels),
    genAi?.inputContent ?? null,
    genAi?.outputContent ?? null,
  ];
}
