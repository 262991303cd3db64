import { asNanoUsd } from '../money/index.ts';
import type { GenAiRecord, SpanKind, SpanRecord, SpanStatus } from '../spans/span-record.ts';
import type { TraceRow } from './span-store.ts';

/** What a trace's summary needs of each span; every `SpanRecord` is one. */
export type TraceSpan = Omit<
  SpanRecord,
  'statusMessage' | 'serviceName' | 'attributes' | 'labels' | 'genAi'
> & {
  readonly genAi?: Pick<GenAiRecord, 'model' | 'provider' | 'inputTokens' | 'outputTokens' | 'costNanoUsd'>;
};

/** Kinds that count as a language-model call. */
export const LLM_CALL_KINDS: readonly SpanKind[] = ['llm', 'embedding'];

type Owner = 'projectId' | 'environment' | 'userId' | 'sessionId' | 'tenantId' | 'jobId' | 'traceGroup';

/**
 * Sums up the spans of one trace, in any order.
 *
 * @throws RangeError if there are none.
 */
export function summarizeTrace(spansOfTrace: readonly TraceSpan[]): TraceRow {
  const spans = spansOfTrace.toSorted(byStart);
  const [first] = spans;
  if (first === undefined) throw new RangeError('a trace has at least one span');
  const ids = new Set(spans.map((span) => span.spanId));
  // Spans that name each other as parents leave no root; the earliest then stands for the trace.
  const root = spans.find((span) => !ids.has(span.parentSpanId)) ?? first;
  const llmCalls = spans.filter((span) => LLM_CALL_KINDS.includes(span.kind));
  const primary = llmCalls.reduce<TraceSpan | undefined>(
    (dearest, span) => (dearest === undefined || costOf(span) > costOf(dearest) ? span : dearest),
    undefined,
  );
  const owner = (field: Owner) => root[field] || (spans.find((span) => span[field] !== '')?.[field] ?? '');
  return {
    traceId: first.traceId,
    startTimeUnixUs: first.startTimeUnixUs,
    durationNs: spans.reduce((longest, span) => Math.max(longest, endAfterNs(span, first)), 0),
    rootSpanName: root.name,
    projectId: owner('projectId'),
    environment: owner('environment'),
    spanCount: spans.length,
    llmCallCount: llmCalls.length,
    totalTokens: spans.reduce(
      (sum, { genAi }) => sum + (genAi ? genAi.inputTokens + genAi.outputTokens : 0),
      0,
    ),
    totalCostNanoUsd: asNanoUsd(spans.reduce((sum, span) => sum + costOf(span), 0n)),
    status: statusOf(spans),
    primaryModel: primary?.genAi?.model ?? '',
    primaryProvider: primary?.genAi?.provider ?? '',
    userId: owner('userId'),
    sessionId: owner('sessionId'),
    tenantId: owner('tenantId'),
    jobId: owner('jobId'),
    traceGroup: owner('traceGroup'),
  };
}

function byStart(a: TraceSpan, b: TraceSpan): number {
  if (a.startTimeUnixUs !== b.startTimeUnixUs) return a.startTimeUnixUs - b.startTimeUnixUs;
  return a.spanId < b.spanId ? -1 : 1;
}

function costOf(span: TraceSpan): bigint {
  return span.genAi?.costNanoUsd ?? 0n;
}

/** Nanoseconds since 1970 do not fit a `number`; those since the trace's start do. */
function endAfterNs(span: TraceSpan, first: TraceSpan): number {
  return (span.startTimeUnixUs - first.startTimeUnixUs) * 1000 + span.durationNs;
}

function statusOf(spans: readonly TraceSpan[]): SpanStatus {
  if (spans.some((span) => span.status === 'error')) return 'error';
  return spans.some((span) => span.status === 'ok') ? 'ok' : 'unspecified';
}
