import type { Annotation } from './annotation.ts';
import type { CandelaApi } from './candela-api.ts';

export interface SendOptions {
  /** The same for every try of one annotation, which the server then keeps once. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** Resolves once the server has acknowledged the annotation. @throws ConnectError otherwise. */
export async function sendAnnotation(
  api: CandelaApi,
  annotation: Annotation,
  { idempotencyKey, signal }: SendOptions,
): Promise<void> {
  // A string of RFC 8941, as draft-ietf-httpapi-idempotency-key-header wants it: in quotes.
  const options = { signal, headers: { 'Idempotency-Key': `"${idempotencyKey}"` } };
  const { traceId, comment = '' } = annotation;
  if (annotation.kind === 'outcome') {
    const { success, score } = annotation;
    await api.annotations.setOutcome({ traceId, success, score, comment }, options);
  } else if (annotation.kind === 'label') {
    await api.annotations.addLabel({ traceId, label: annotation.label, comment }, options);
  } else {
    const { metricName, metricValue } = annotation;
    await api.annotations.logMetric({ traceId, metricName, metricValue, comment }, options);
  }
}
