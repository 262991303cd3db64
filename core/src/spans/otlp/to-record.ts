import { nanoUsdFromUsd, ZERO_NANO_USD, type NanoUsd } from '../../money/index.ts';
import { ATTRIBUTION_ID, SESSION_ID } from '../../gateway/context/attribution-ids.ts';
import { cutUtf8 } from '../cut-utf8.ts';
import {
  MAX_CONTENT_BYTES,
  type GenAiRecord,
  type SpanAttribute,
  type SpanKind,
  type SpanRecord,
  type SpanStatus,
} from '../span-record.ts';
import { KIND_OF_OPERATION, LABEL_PREFIX, NAMES, RESOURCE_NAMES } from './attribute-names.ts';
import { MAX_SPAN_COST_USD } from '../span-problem.ts';
import { STATUS_CODE, type OtlpResourceSpans, type OtlpSpan } from './otlp-span.ts';
import { takeAttributes, type Taken } from './taken-attributes.ts';

const KINDS: ReadonlySet<string> = new Set<SpanKind>([
  ...(['unspecified', 'llm', 'agent', 'tool', 'retrieval', 'embedding', 'chain', 'general'] as const),
]);

/**
 * Spans of OTLP as rows of ours. Nothing is checked here: ids and times are as the sender had them.
 *
 * @param userOf whose a span is, given whom the sender says it is (`''`: nobody).
 */
export function recordsFromOtlp(
  { resource, spans }: OtlpResourceSpans,
  userOf: (claimed: string) => string,
): SpanRecord[] {
  const owner = takeAttributes(resource);
  const shared = {
    serviceName: owner.text(RESOURCE_NAMES.serviceName),
    environment: owner.text(RESOURCE_NAMES.environment) || owner.text('deployment.environment'),
    projectId: owner.text(RESOURCE_NAMES.projectId),
  };
  return spans.map((span) => ({ ...recordOf(span, userOf), ...shared }));
}

function recordOf(span: OtlpSpan, userOf: (claimed: string) => string): SpanRecord {
  const taken = takeAttributes(span.attributes);
  const kind = kindOf(taken);
  const userId = userOf(taken.text(NAMES.userId));
  if (userId === taken.text(NAMES.userId)) taken.remove(NAMES.userId);
  const sessionId = taken.matching(NAMES.sessionId, SESSION_ID);
  const genAi = kind === 'llm' || kind === 'embedding' ? genAiOf(taken) : undefined;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    // Some senders write a root's missing parent as zeros.
    parentSpanId: /^0*$/.test(span.parentSpanId) ? '' : span.parentSpanId,
    name: span.name,
    kind,
    status: statusOf(span.statusCode),
    statusMessage: span.statusMessage,
    startTimeUnixUs: Number(span.startTimeUnixNs / 1_000n),
    durationNs: Number(span.endTimeUnixNs - span.startTimeUnixNs),
    projectId: '',
    environment: '',
    serviceName: '',
    userId,
    sessionId,
    tenantId: taken.matching(NAMES.tenantId, ATTRIBUTION_ID),
    jobId: taken.matching(NAMES.jobId, ATTRIBUTION_ID),
    traceGroup: taken.matching(NAMES.traceGroup, ATTRIBUTION_ID),
    ...(genAi && { genAi }),
    labels: taken.withPrefix(LABEL_PREFIX),
    // Last: what the columns above have taken is not here any more.
    attributes: taken.rest().map(cutText),
  };
}

function kindOf(taken: Taken): SpanKind {
  const said = taken.text(NAMES.kind);
  if (KINDS.has(said)) {
    taken.remove(NAMES.kind);
    return said as SpanKind;
  }
  const ofOperation = KIND_OF_OPERATION.get(taken.text('gen_ai.operation.name'));
  return ofOperation ?? (modelOf(taken) === '' ? 'general' : 'llm');
}

function modelOf(taken: Taken): string {
  return taken.text('gen_ai.response.model') || taken.text('gen_ai.request.model');
}

function genAiOf(taken: Taken): GenAiRecord {
  const temperature = taken.number('gen_ai.request.temperature');
  const topP = taken.number('gen_ai.request.top_p');
  const maxTokens = taken.number('gen_ai.request.max_tokens');
  const provider =
    taken.text(NAMES.provider) || taken.text('gen_ai.provider.name') || taken.text('gen_ai.system');
  taken.remove(NAMES.provider);
  return {
    model: modelOf(taken),
    provider,
    // The second names are those that came before, and that many SDKs still send.
    inputTokens: taken.count('gen_ai.usage.input_tokens') || taken.count('gen_ai.usage.prompt_tokens'),
    outputTokens: taken.count('gen_ai.usage.output_tokens') || taken.count('gen_ai.usage.completion_tokens'),
    cacheReadTokens: taken.count('gen_ai.usage.cache_read.input_tokens'),
    cacheCreationTokens: taken.count('gen_ai.usage.cache_creation.input_tokens'),
    costNanoUsd: costOf(taken.number('candela.cost_usd') ?? taken.number('gen_ai.usage.cost')),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && Number.isSafeInteger(maxTokens) && { maxTokens }),
    inputContent: contentOf(taken, NAMES.inputContent, 'gen_ai.input.messages'),
    outputContent: contentOf(taken, NAMES.outputContent, 'gen_ai.output.messages'),
  };
}

function costOf(usd: number | undefined): NanoUsd {
  return usd !== undefined && usd > 0 && usd <= MAX_SPAN_COST_USD ? nanoUsdFromUsd(usd) : ZERO_NANO_USD;
}

function contentOf(taken: Taken, ...names: readonly string[]): string {
  const content = names.map((name) => taken.text(name)).find((text) => text !== '') ?? '';
  for (const name of names) taken.remove(name);
  return cutUtf8(content, MAX_CONTENT_BYTES);
}

function statusOf(code: number): SpanStatus {
  if (code === STATUS_CODE.ok) return 'ok';
  return code === STATUS_CODE.error ? 'error' : 'unspecified';
}

function cutText({ key, value }: SpanAttribute): SpanAttribute {
  return { key, value: typeof value === 'string' ? cutUtf8(value, MAX_CONTENT_BYTES) : value };
}
