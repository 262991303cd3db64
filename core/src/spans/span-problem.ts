import type { SpanRecord } from './span-record.ts';

/** Ten million dollars: no call costs as much, and every column and sum holds it. */
export const MAX_SPAN_COST_USD = 1e7;

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** Ids and names of people and things: contract section 7. */
const MAX_ID_CHARS = 128;
const SHORT_TEXTS = ['projectId', 'environment', 'serviceName', 'userId', 'sessionId'] as const;
const MAX_NAME_CHARS = 1_024;
const MAX_STATUS_CHARS = 65_536;

/** A trillion: no call uses as many, and sums of two stay whole numbers. */
const MAX_TOKENS = 1e12;
const TOKENS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheCreationTokens'] as const;

/** Why this span cannot be kept, for whoever sent it; `undefined` if it can. */
export function spanProblem(span: SpanRecord): string | undefined {
  if (!TRACE_ID.test(span.traceId)) return 'trace_id: must be 32 hex digits, not all 0';
  if (!SPAN_ID.test(span.spanId)) return 'span_id: must be 16 hex digits, not all 0';
  if (span.parentSpanId !== '' && !SPAN_ID.test(span.parentSpanId)) {
    return 'parent_span_id: must be 16 hex digits, or empty';
  }
  if (span.name.length > MAX_NAME_CHARS) return `name: must have at most ${MAX_NAME_CHARS} characters`;
  if (span.statusMessage.length > MAX_STATUS_CHARS) {
    return `status_message: must have at most ${MAX_STATUS_CHARS} characters`;
  }
  const tooLong = SHORT_TEXTS.find((field) => span[field].length > MAX_ID_CHARS);
  if (tooLong !== undefined) return `${inSnakeCase(tooLong)}: must have at most ${MAX_ID_CHARS} characters`;
  if (!Number.isSafeInteger(span.startTimeUnixUs) || span.startTimeUnixUs <= 0) {
    return 'start_time: must be a moment from 1970 to 2255';
  }
  if (span.durationNs < 0) return 'end_time: must not be before start_time';
  if (!Number.isSafeInteger(span.durationNs)) return 'end_time: must be within a hundred days of start_time';
  const { genAi } = span;
  const wrong = genAi && TOKENS.find((kind) => !(genAi[kind] >= 0 && genAi[kind] <= MAX_TOKENS));
  if (genAi && genAi.costNanoUsd < 0n) return `cost_usd: must be from 0 to ${MAX_SPAN_COST_USD}`;
  return wrong && `${inSnakeCase(wrong)}: must be from 0 to ${MAX_TOKENS}`;
}

function inSnakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
