import { timestampMs, durationMs } from '@bufbuild/protobuf/wkt';
import { type Annotation as AnnotationMessage, AnnotationType } from '@candela/proto/types/annotation';
import { type Span, SpanKind, SpanStatus } from '@candela/proto/types/trace';
import type { CandelaApi } from '../connection/candela-api.ts';

/** One trace with everything that is known of it. */
export interface TraceDetails {
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly startedAtUnixMs: number;
  readonly durationMs: number;
  readonly costUsd: number;
  readonly tokens: number;
  /** In the order they began. */
  readonly calls: readonly CallDetails[];
  /** Oldest first. */
  readonly annotations: readonly KnownAnnotation[];
}

/** One call of a model within a trace. */
export interface CallDetails {
  readonly model: string;
  readonly provider: string;
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
  /** Absent for a call that went well; `''` for one that failed without saying why. */
  readonly failure?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As the caller sent it: text, or the JSON of its messages. Empty where content is not kept. */
  readonly prompt: string;
  readonly answer: string;
}

/** What somebody said of the trace. */
export type KnownAnnotation = { readonly comment: string } & (
  | { readonly kind: 'outcome'; readonly success: boolean; readonly score: number }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'metric'; readonly metricName: string; readonly metricValue: number }
);

/** @throws ConnectError, `not_found` for a trace that is not there */
export async function readTraceDetails(
  api: CandelaApi,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceDetails> {
  const [{ trace }, { annotations }] = await Promise.all([
    api.traces.getTrace({ traceId }, { signal }),
    api.annotations.listAnnotations({ traceId }, { signal }),
  ]);
  const spans = (trace?.spans ?? []).toSorted((a, b) => startOf(a) - startOf(b));
  const llmSpans = spans.filter(({ kind }) => kind === SpanKind.LLM || kind === SpanKind.EMBEDDING);
  return {
    traceId,
    startedAtUnixMs: trace?.startTime ? timestampMs(trace.startTime) : 0,
    durationMs: trace?.duration ? durationMs(trace.duration) : 0,
    costUsd: trace?.totalCostUsd ?? 0,
    tokens: Number(trace?.totalTokens ?? 0n),
    calls: (llmSpans.length > 0 ? llmSpans : spans).map(toCall),
    annotations: annotations.map(toAnnotation),
  };
}

function toCall(span: Span): CallDetails {
  const { genAi, labels, status, statusMessage, duration } = span;
  return {
    model: genAi?.model ?? span.name,
    provider: genAi?.provider ?? '',
    costUsd: genAi?.costUsd ?? 0,
    inputTokens: Number(genAi?.inputTokens ?? 0n),
    outputTokens: Number(genAi?.outputTokens ?? 0n),
    durationMs: duration ? durationMs(duration) : 0,
    ...(status === SpanStatus.ERROR && { failure: statusMessage }),
    labels,
    prompt: genAi?.inputContent ?? '',
    answer: genAi?.outputContent ?? '',
  };
}

function toAnnotation(annotation: AnnotationMessage): KnownAnnotation {
  const { type, success, score, label, metricName, metricValue, comment } = annotation;
  if (type === AnnotationType.OUTCOME) return { kind: 'outcome', success, score, comment };
  if (type === AnnotationType.LABEL) return { kind: 'label', label, comment };
  return { kind: 'metric', metricName, metricValue, comment };
}

function startOf({ startTime }: Span): number {
  return startTime ? timestampMs(startTime) : 0;
}
