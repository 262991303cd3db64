/** What someone said of a trace after the fact; one shape per kind (contract, `annotation.proto`). */
export type AnnotationRecord = AnnotationCommon & (OutcomeFields | LabelFields | MetricFields);

interface AnnotationCommon {
  readonly id: string;
  readonly traceId: string;
  /** Who said it: a user id. */
  readonly authorId: string;
  readonly comment: string;
  /** Milliseconds since 1970. */
  readonly createdAtUnixMs: number;
}

export interface OutcomeFields {
  readonly type: 'outcome';
  readonly success: boolean;
  /** 0…1 */
  readonly score: number;
}

export interface LabelFields {
  readonly type: 'label';
  readonly label: string;
  readonly reviewer: string;
}

export interface MetricFields {
  readonly type: 'metric';
  readonly metricName: string;
  readonly metricValue: number;
}

/** Annotations are rows that are made and replaced one by one; they never pass through the span pipeline. */
export interface AnnotationStore {
  /**
   * Keeps the annotation. An outcome replaces the same author's earlier outcome of the same trace, so
   * that each author has one current outcome a trace; labels and metrics add up.
   *
   * @param idempotencyKey names the author's wish, which may arrive more than once. The first one is carried out; any
   *   later one of the same author changes nothing, also if what was kept has been replaced since. Keys are forgotten
   *   after sixty days.
   * @returns what was kept: `annotation`, or the one that the key was first used for.
   */
  put(annotation: AnnotationRecord, idempotencyKey?: string): Promise<AnnotationRecord>;
  /** Oldest first; all kinds unless `type` says which. */
  list(traceId: string, type?: AnnotationRecord['type']): Promise<readonly AnnotationRecord[]>;
  close(): Promise<void>;
}
