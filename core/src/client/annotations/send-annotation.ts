import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Annotation as StoredAnnotation } from '@candela/proto/types/annotation';
import type { Annotation } from './annotation.ts';
import type { CandelaApi } from '../connection/candela-api.ts';

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
  const { annotation: stored } = await call(api, annotation, options);
  if (stored === undefined) {
    throw new ConnectError('the answer does not hold the annotation', Code.DataLoss);
  }
}

function call(
  api: CandelaApi,
  annotation: Annotation,
  options: CallOptions,
): Promise<{ readonly annotation?: StoredAnnotation | undefined }> {
  const { traceId, comment = '' } = annotation;
  if (annotation.kind === 'outcome') {
    const { success, score } = annotation;
    return api.annotations.setOutcome({ traceId, success, score, comment }, options);
  }
  if (annotation.kind === 'label') {
    return api.annotations.addLabel({ traceId, label: annotation.label, comment }, options);
  }
  const { metricName, metricValue } = annotation;
  return api.annotations.logMetric({ traceId, metricName, metricValue, comment }, options);
}
