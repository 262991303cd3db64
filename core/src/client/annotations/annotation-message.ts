import type { Annotation } from './annotation.ts';
import { formatCount, formatDuration, formatUsd, type Locality } from '../figures/figure-format.ts';
import type { SubmitResult } from './outbox.ts';
import type { RecentTrace } from '../traces/recent-traces.ts';
import { texts } from '../texts.ts';

/** What to tell the developer after an annotation; plain text. */
export function annotationMessage(annotation: Annotation, outcome: SubmitResult): string {
  const trace = shortTraceId(annotation.traceId);
  const what = describeAnnotation(annotation);
  if (outcome.result === 'sent') return texts.annotation.sent(trace, what);
  return texts.annotation[outcome.result](trace, what, outcome.reason);
}

/** A trace as one line of a list to pick from; plain text. */
export function traceLine(
  trace: RecentTrace,
  nowUnixMs: number,
  locality: Locality = {},
): { readonly label: string; readonly detail: string } {
  const model = trace.model === '' ? texts.unnamedModel : trace.model;
  return {
    label: texts.traceLine(model, formatDuration(nowUnixMs - trace.startedAtUnixMs)),
    detail: texts.traceDetail(formatUsd(trace.costUsd), formatCount(trace.tokens, locality), trace.hasFailed),
  };
}

function describeAnnotation(annotation: Annotation): string {
  if (annotation.kind === 'outcome') return texts.annotation.outcome(annotation.success);
  if (annotation.kind === 'label') return texts.annotation.label(annotation.label);
  return texts.annotation.metric(annotation.metricName, annotation.metricValue);
}

/** Enough of the id to tell traces apart by eye. */
function shortTraceId(traceId: string): string {
  return traceId.length > 12 ? `${traceId.slice(0, 8)}…` : traceId;
}
