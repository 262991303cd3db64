import type { Annotation } from './annotation.ts';
import type { CandelaApi } from './candela-api.ts';

/** Resolves once the server has acknowledged the annotation. @throws ConnectError otherwise. */
export async function sendAnnotation(
  api: CandelaApi,
  annotation: Annotation,
  signal: AbortSignal,
): Promise<void> {
  const { traceId, comment = '' } = annotation;
  if (annotation.kind === 'outcome') {
    const { success, score } = annotation;
    await api.annotations.setOutcome({ traceId, success, score, comment }, { signal });
  } else if (annotation.kind === 'label') {
    await api.annotations.addLabel({ traceId, label: annotation.label, comment }, { signal });
  } else {
    const { metricName, metricValue } = annotation;
    await api.annotations.logMetric({ traceId, metricName, metricValue, comment }, { signal });
  }
}
