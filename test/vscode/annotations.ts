import assert from 'node:assert/strict';

/** One annotation in the JSON of `ListAnnotations`; fields at their default are absent. */
export interface ListedAnnotation {
  readonly type: string;
  readonly success?: boolean;
}

/** Asks the daemon as any program would: plain HTTP with JSON. */
export async function listAnnotations(
  daemonUrl: string,
  traceId: string,
): Promise<readonly ListedAnnotation[]> {
  const response = await fetch(`${daemonUrl}/candela.v1.AnnotationService/ListAnnotations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ traceId }),
  });
  assert.equal(response.status, 200);
  const { annotations = [] } = (await response.json()) as { annotations?: readonly ListedAnnotation[] };
  return annotations;
}
