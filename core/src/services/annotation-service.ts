import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { AnnotationSchema, AnnotationType, type Annotation } from '@candela/proto/types/annotation';
import type { AnnotationService } from '@candela/proto/v1/annotation_service';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type {
  AnnotationRecord,
  AnnotationStore,
  LabelFields,
  MetricFields,
  OutcomeFields,
} from '../storage/annotation-store.ts';
import type { SpanReader } from '../storage/span-store.ts';
import { callerOf } from './caller-context.ts';
import { alreadyExists, invalidArgument } from './errors.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { visibleTrace } from './trace-access.ts';

export interface AnnotationServiceDeps {
  readonly annotations: AnnotationStore;
  readonly spans: SpanReader;
  readonly clock: Clock;
}

/** What people and programs say of a trace after the fact. */
export function annotationService(deps: AnnotationServiceDeps): ServiceImpl<typeof AnnotationService> {
  async function keep(
    request: { readonly traceId: string; readonly comment: string },
    fields: OutcomeFields | LabelFields | MetricFields,
    context: HandlerContext,
  ): Promise<{ annotation: Annotation }> {
    const caller = callerOf(context);
    const idempotencyKey = idempotencyKeyOf(context);
    await visibleTrace(deps.spans, request.traceId, caller);
    const record: AnnotationRecord = {
      id: randomUUID(),
      traceId: request.traceId,
      authorId: caller.userId,
      comment: request.comment,
      createdAtUnixMs: deps.clock.nowUnixMs(),
      ...fields,
    };
    const kept = await deps.annotations.put(record, idempotencyKey);
    if (!saysTheSame(kept, record)) {
      throw alreadyExists('idempotency_key: was used for another annotation before');
    }
    return { annotation: annotationMessage(kept) };
  }

  return {
    setOutcome: (request, context) =>
      keep(request, { type: 'outcome', success: request.success, score: request.score }, context),

    addLabel: (request, context) =>
      keep(request, { type: 'label', label: request.label, reviewer: request.reviewer }, context),

    logMetric(request, context) {
      const { metricName, metricValue } = request;
      if (!Number.isFinite(metricValue)) throw invalidArgument('metric_value: must be a finite number');
      return keep(request, { type: 'metric', metricName, metricValue }, context);
    },

    async listAnnotations(request, context) {
      await visibleTrace(deps.spans, request.traceId, callerOf(context));
      const found = await deps.annotations.list(request.traceId, TYPES[request.typeFilter]);
      return { annotations: found.map(annotationMessage) };
    },
  };
}

/** Whether two are the same wish, made out at different times. */
function saysTheSame(a: AnnotationRecord, b: AnnotationRecord): boolean {
  return isDeepStrictEqual(wishOf(a), wishOf(b));
}

/** As it comes back from a store: JSON has one zero. */
function wishOf(record: AnnotationRecord): unknown {
  return JSON.parse(JSON.stringify({ ...record, id: '', createdAtUnixMs: 0 }));
}

const TYPES: Readonly<Record<AnnotationType, AnnotationRecord['type'] | undefined>> = {
  [AnnotationType.UNSPECIFIED]: undefined,
  [AnnotationType.OUTCOME]: 'outcome',
  [AnnotationType.LABEL]: 'label',
  [AnnotationType.METRIC]: 'metric',
};

function annotationMessage(record: AnnotationRecord): Annotation {
  return create(AnnotationSchema, {
    id: record.id,
    traceId: record.traceId,
    comment: record.comment,
    createdAt: timestampFromMs(record.createdAtUnixMs),
    ...kindFields(record),
  });
}

function kindFields(record: AnnotationRecord) {
  switch (record.type) {
    case 'outcome':
      return { type: AnnotationType.OUTCOME, success: record.success, score: record.score };
    case 'label':
      return { type: AnnotationType.LABEL, label: record.label, reviewer: record.reviewer };
    case 'metric':
      return { type: AnnotationType.METRIC, metricName: record.metricName, metricValue: record.metricValue };
  }
}
