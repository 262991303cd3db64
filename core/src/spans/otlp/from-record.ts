import { usdFromNanoUsd } from '../../money/index.ts';
import type { GenAiRecord, SpanAttribute, SpanRecord } from '../span-record.ts';
import { KIND_OF_OPERATION, LABEL_PREFIX, NAMES, RESOURCE_NAMES } from './attribute-names.ts';
import { SPAN_KIND, STATUS_CODE, type OtlpResourceSpans, type OtlpSpan } from './otlp-span.ts';

const STATUS_CODES = {
  unspecified: STATUS_CODE.unspecified,
  ok: STATUS_CODE.ok,
  error: STATUS_CODE.error,
} as const;

/** Spans as OTLP has them, those of one service together. */
export function otlpFromRecords(records: readonly SpanRecord[]): readonly OtlpResourceSpans[] {
  const groups = Map.groupBy(records, ({ serviceName, environment, projectId }) =>
    JSON.stringify([serviceName, environment, projectId]),
  );
  return [...groups.values()].map((group) => ({
    resource: group.slice(0, 1).flatMap((record) => texts(record, RESOURCE_NAMES)),
    spans: group.map(otlpSpan),
  }));
}

function otlpSpan(record: SpanRecord): OtlpSpan {
  const startTimeUnixNs = BigInt(record.startTimeUnixUs) * 1_000n;
  return {
    traceId: record.traceId,
    spanId: record.spanId,
    parentSpanId: record.parentSpanId,
    name: record.name,
    kind: record.kind === 'llm' || record.kind === 'embedding' ? SPAN_KIND.client : SPAN_KIND.internal,
    startTimeUnixNs,
    endTimeUnixNs: startTimeUnixNs + BigInt(record.durationNs),
    attributes: attributesOf(record),
    statusCode: STATUS_CODES[record.status],
    statusMessage: record.statusMessage,
  };
}

function attributesOf(record: SpanRecord): SpanAttribute[] {
  const { genAi, attributes } = record;
  const present = new Map(attributes.map(({ key, value }) => [key, value]));
  const operation = present.get('gen_ai.operation.name');
  const kind =
    (typeof operation === 'string' ? KIND_OF_OPERATION.get(operation) : undefined) ??
    (genAi ? 'llm' : 'general');
  const { kind: kindName, provider, inputContent, outputContent, ...own } = NAMES;
  return [
    ...attributes,
    ...(genAi ? genAiAttributes(genAi).filter(({ key }) => !present.has(key)) : []),
    ...texts(record, own),
    ...(genAi ? texts(genAi, { provider, inputContent, outputContent }) : []),
    ...(kind === record.kind ? [] : [{ key: kindName, value: record.kind }]),
    ...Object.entries(record.labels).map(([key, value]) => ({ key: LABEL_PREFIX + key, value })),
  ];
}

/** What a span of the gateway has among its attributes anyway; one from elsewhere may not. */
function genAiAttributes(genAi: GenAiRecord): SpanAttribute[] {
  return [
    { key: 'gen_ai.response.model', value: genAi.model },
    { key: 'gen_ai.usage.input_tokens', value: BigInt(genAi.inputTokens) },
    { key: 'gen_ai.usage.output_tokens', value: BigInt(genAi.outputTokens) },
    { key: 'gen_ai.usage.cache_read.input_tokens', value: BigInt(genAi.cacheReadTokens) },
    { key: 'gen_ai.usage.cache_creation.input_tokens', value: BigInt(genAi.cacheCreationTokens) },
    { key: 'candela.cost_usd', value: usdFromNanoUsd(genAi.costNanoUsd) },
    ...(genAi.temperature === undefined
      ? []
      : [{ key: 'gen_ai.request.temperature', value: genAi.temperature }]),
    ...(genAi.topP === undefined ? [] : [{ key: 'gen_ai.request.top_p', value: genAi.topP }]),
    ...(genAi.maxTokens === undefined
      ? []
      : [{ key: 'gen_ai.request.max_tokens', value: BigInt(genAi.maxTokens) }]),
  ];
}

/** The fields that are not empty, each under its name. */
function texts<K extends string>(
  owner: { readonly [F in NoInfer<K>]: string },
  names: { readonly [F in K]: string },
): SpanAttribute[] {
  return (Object.keys(names) as K[])
    .filter((field) => owner[field] !== '')
    .map((field) => ({ key: names[field], value: owner[field] }));
}
