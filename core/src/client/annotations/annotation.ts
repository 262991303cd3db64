/** Something a developer says of a trace after the fact; the shapes of `AnnotationService`'s three calls. */
export type Annotation = OutcomeAnnotation | LabelAnnotation | MetricAnnotation;

interface AnnotationSubject {
  readonly traceId: string;
  readonly comment?: string;
}

export interface OutcomeAnnotation extends AnnotationSubject {
  readonly kind: 'outcome';
  readonly success: boolean;
  /** 0…1 */
  readonly score: number;
}

export interface LabelAnnotation extends AnnotationSubject {
  readonly kind: 'label';
  readonly label: string;
}

export interface MetricAnnotation extends AnnotationSubject {
  readonly kind: 'metric';
  readonly metricName: string;
  readonly metricValue: number;
}

/** Reads an annotation that was kept as JSON; undefined if it is none. */
export function parseAnnotation(value: unknown): Annotation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { traceId, comment, kind, success, score, label, metricName, metricValue } = value as {
    readonly [Field in keyof OutcomeAnnotation | keyof LabelAnnotation | keyof MetricAnnotation]?: unknown;
  };
  if (typeof traceId !== 'string' || traceId === '') return undefined;
  if (comment !== undefined && typeof comment !== 'string') return undefined;
  const subject = { traceId, ...(comment !== undefined && { comment }) };
  if (kind === 'outcome' && typeof success === 'boolean' && typeof score === 'number') {
    return { ...subject, kind, success, score };
  }
  if (kind === 'label' && typeof label === 'string') return { ...subject, kind, label };
  if (kind === 'metric' && typeof metricName === 'string' && typeof metricValue === 'number') {
    return { ...subject, kind, metricName, metricValue };
  }
  return undefined;
}
