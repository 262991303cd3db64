import type { CallContext } from './context/call-context.ts';
import { objectAt, type JsonObject } from './wire/json-shape.ts';
import { usdFromNanoUsd, type NanoUsd } from '../money/index.ts';
import type { TokenUsage } from '../pricing/token-usage.ts';
import { cutUtf8 } from '../spans/cut-utf8.ts';
import {
  MAX_CONTENT_BYTES,
  type OperationName,
  type SpanAttribute,
  type SpanRecord,
} from '../spans/span-record.ts';

/** What a call to a model leaves behind, gathered from its whole way. */
export interface LlmCall {
  readonly context: CallContext;
  readonly userId: string;
  readonly provider: string;
  readonly system: string;
  readonly operation: OperationName;
  readonly requestModel: string;
  readonly responseModel: string | undefined;
  readonly request: JsonObject;
  readonly isStream: boolean;
  /** HTTP status of the provider's answer; 0 where there was none. */
  readonly httpStatus: number;
  /** Absent: all went well. */
  readonly error?: string;
  readonly usage: TokenUsage;
  /** The provider did not say what was used; the figures are an estimate. */
  readonly isEstimate: boolean;
  readonly cost: NanoUsd;
  readonly durationMs: number;
  /** Until the answer's first byte. */
  readonly ttfbMs: number | undefined;
  readonly inputContent: string;
  readonly outputContent: string;
}

/**
 * One LLM call as a span, with OpenTelemetry's GenAI attributes (contract section 6).
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function llmSpan(call: LlmCall): SpanRecord {
  const { context, usage } = call;
  const cacheCreationTokens = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
  // Gemini has its settings one level down.
  const gemini = objectAt(call.request, 'generationConfig');
  const temperature = numberAt(call.request, 'temperature') ?? numberAt(gemini, 'temperature');
  const topP = numberAt(call.request, 'top_p') ?? numberAt(gemini, 'topP');
  const maxTokens =
    numberAt(call.request, 'max_completion_tokens') ??
    numberAt(call.request, 'max_output_tokens') ??
    numberAt(call.request, 'max_tokens') ??
    numberAt(gemini, 'maxOutputTokens');
  return {
    spanId: context.trace.spanId,
    traceId: context.trace.traceId,
    parentSpanId: context.trace.parentSpanId,
    name: `${call.operation} ${call.requestModel}`,
    kind: call.operation === 'embeddings' ? 'embedding' : 'llm',
    status: call.error === undefined ? 'ok' : 'error',
    statusMessage: call.error ?? '',
    startTimeUnixUs: Math.round(context.startedAtUnixMs * 1000),
    durationNs: Math.round(call.durationMs * 1e6),
    projectId: '',
    environment: '',
    serviceName: 'candela',
    userId: call.userId,
    sessionId: context.sessionId,
    tenantId: context.attribution.tenantId,
    jobId: context.attribution.jobId,
    traceGroup: context.attribution.traceGroup,
    genAi: {
      model: call.responseModel ?? call.requestModel,
      provider: call.provider,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheCreationTokens,
      costNanoUsd: call.cost,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(maxTokens !== undefined && Number.isSafeInteger(maxTokens) && { maxTokens }),
      inputContent: cutUtf8(call.inputContent, MAX_CONTENT_BYTES),
      outputContent: cutUtf8(call.outputContent, MAX_CONTENT_BYTES),
    },
    attributes: attributesOf(call, { cacheCreationTokens, temperature, topP, maxTokens }),
    labels: context.attribution.labels,
  };
}

interface Settings {
  readonly cacheCreationTokens: number;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly maxTokens: number | undefined;
}

function attributesOf(call: LlmCall, settings: Settings): SpanAttribute[] {
  const { usage } = call;
  const attributes: SpanAttribute[] = [
    text('gen_ai.operation.name', call.operation),
    text('gen_ai.system', call.system),
    text('gen_ai.provider.name', call.system),
    text('gen_ai.request.model', call.requestModel),
  ];
  const addReal = (key: string, value: number | undefined): void => {
    if (value !== undefined) attributes.push({ key, value });
  };
  if (call.responseModel !== undefined) attributes.push(text('gen_ai.response.model', call.responseModel));
  attributes.push(
    whole('gen_ai.usage.input_tokens', usage.inputTokens),
    whole('gen_ai.usage.output_tokens', usage.outputTokens),
    whole('gen_ai.usage.cache_read.input_tokens', usage.cacheReadTokens),
    whole('gen_ai.usage.cache_creation.input_tokens', settings.cacheCreationTokens),
  );
  addReal('gen_ai.request.temperature', settings.temperature);
  addReal('gen_ai.request.top_p', settings.topP);
  addReal('gen_ai.request.max_tokens', settings.maxTokens);
  attributes.push({ key: 'gen_ai.request.stream', value: call.isStream });
  addReal('candela.cost_usd', usdFromNanoUsd(call.cost));
  if (call.isEstimate) attributes.push({ key: 'candela.usage_estimated', value: true });
  addReal('candela.ttfb_ms', call.ttfbMs);
  if (call.httpStatus !== 0) attributes.push(whole('http.response.status_code', call.httpStatus));
  attributes.push(text('candela.request_id', call.context.requestId));
  return attributes;
}

/**
 * The span, saying what its caller had left once it was charged, which only the charge tells.
 *
 * @param remaining `undefined` where nothing limits.
 */
export function withBudgetRemaining(span: SpanRecord, remaining: NanoUsd | undefined): SpanRecord {
  if (remaining === undefined) return span;
  const attribute = { key: 'candela.budget_remaining_usd', value: usdFromNanoUsd(remaining) };
  return { ...span, attributes: [...span.attributes, attribute] };
}

function text(key: string, value: string): SpanAttribute {
  return { key, value };
}

function whole(key: string, value: number): SpanAttribute {
  return { key, value: BigInt(value) };
}

function numberAt(request: JsonObject, key: string): number | undefined {
  const value = request[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
