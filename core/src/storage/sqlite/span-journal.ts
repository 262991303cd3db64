import { asNanoUsd } from '../../money/index.ts';
import type { GenAiRecord, SpanRecord } from '../../spans/span-record.ts';
import { attributeFromText } from '../sql/attribute-text.ts';
import { attributesJson, labelsJson } from '../sql/attributes-json.ts';
import type { Pair } from '../sql/span-row.ts';

/**
 * A span as three lines of JSON for the journal: its fields as an array, its attributes and its labels as the columns
 * of table `spans` have them, so that they are written out once. The captured texts are left out: a journal entry is
 * there so that money and calls agree after a crash, and it is written while the caller waits.
 */
export function spanToJournal(span: SpanRecord): string {
  const { genAi } = span;
  const fields: JournalFields = [
    span.spanId,
    span.traceId,
    span.parentSpanId,
    span.name,
    span.kind,
    span.status,
    span.statusMessage,
    span.startTimeUnixUs,
    span.durationNs,
    span.projectId,
    span.environment,
    span.serviceName,
    span.userId,
    span.sessionId,
    span.tenantId,
    span.jobId,
    span.traceGroup,
    genAi === undefined
      ? null
      : [
          genAi.model,
          genAi.provider,
          genAi.inputTokens,
          genAi.outputTokens,
          genAi.cacheReadTokens,
          genAi.cacheCreationTokens,
          genAi.costNanoUsd.toString(),
          genAi.temperature ?? null,
          genAi.topP ?? null,
          genAi.maxTokens ?? null,
        ],
  ];
  return `${JSON.stringify(fields)}\n${attributesJson(span.attributes)}\n${labelsJson(span.labels)}`;
}

/** @throws SyntaxError if `spanToJournal` did not make the entry, in this version or an earlier one. */
export function spanFromJournal(entry: string): SpanRecord {
  if (entry.startsWith('{')) return spanFromOneObject(entry);
  const [fields = '', attributes = '', labels = ''] = entry.split('\n');
  const [
    spanId,
    traceId,
    parentSpanId,
    name,
    kind,
    status,
    statusMessage,
    startTimeUnixUs,
    durationNs,
    projectId,
    environment,
    serviceName,
    userId,
    sessionId,
    tenantId,
    jobId,
    traceGroup,
    genAi,
  ] = JSON.parse(fields) as JournalFields;
  return {
    ...{ spanId, traceId, parentSpanId, name, kind, status, statusMessage, startTimeUnixUs, durationNs },
    ...{ projectId, environment, serviceName, userId, sessionId, tenantId, jobId, traceGroup },
    ...(genAi !== null && { genAi: genAiFrom(genAi) }),
    attributes: pairsOf(attributes).map(({ key, value }) => ({ key, value: attributeFromText(value) })),
    labels: Object.fromEntries(pairsOf(labels).map(({ key, value }) => [key, value])),
  };
}

type JournalFields = readonly [
  spanId: string,
  traceId: string,
  parentSpanId: string,
  name: string,
  kind: SpanRecord['kind'],
  status: SpanRecord['status'],
  statusMessage: string,
  startTimeUnixUs: number,
  durationNs: number,
  projectId: string,
  environment: string,
  serviceName: string,
  userId: string,
  sessionId: string,
  tenantId: string,
  jobId: string,
  traceGroup: string,
  genAi: GenAiFields | null,
];

type GenAiFields = readonly [
  model: string,
  provider: string,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheCreationTokens: number,
  /** As decimal text: a double does not hold every amount. */
  costNanoUsd: string,
  temperature: number | null,
  topP: number | null,
  maxTokens: number | null,
];

function genAiFrom(fields: GenAiFields): GenAiRecord {
  const [model, provider, inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens] = fields;
  const [, , , , , , costNanoUsd, temperature, topP, maxTokens] = fields;
  return {
    ...{ model, provider, inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens },
    costNanoUsd: asNanoUsd(BigInt(costNanoUsd)),
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { topP }),
    ...(maxTokens !== null && { maxTokens }),
    ...{ inputContent: '', outputContent: '' },
  };
}

function pairsOf(json: string): readonly Pair[] {
  return JSON.parse(json) as readonly Pair[];
}

/** The first form of an entry: the record as one object, whole numbers of any size as `{"$n":"…"}`. */
function spanFromOneObject(entry: string): SpanRecord {
  return JSON.parse(entry, (_key, value: unknown) =>
    isWholeNumber(value) ? asNanoUsd(BigInt(value.$n)) : value,
  ) as SpanRecord;
}

function isWholeNumber(value: unknown): value is { readonly $n: string } {
  return typeof value === 'object' && value !== null && '$n' in value && typeof value.$n === 'string';
}
