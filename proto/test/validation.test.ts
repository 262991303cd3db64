import assert from 'node:assert/strict';
import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { AnnotationSchema, AnnotationType } from '@candela/proto/types/annotation';
import { PaginationRequestSchema } from '@candela/proto/types/common';
import { ModelCatalogEntrySchema } from '@candela/proto/types/model_catalog';
import { IngestSpansRequestSchema } from '@candela/proto/v1/ingestion_service';
import { GetTraceRequestSchema } from '@candela/proto/v1/trace_service';
import {
  CreateUserRequestSchema,
  ListAuditLogRequestSchema,
  SetBudgetRequestSchema,
} from '@candela/proto/v1/user_service';

const validator = createValidator();
const instant = { seconds: 1_700_000_000n };
const annotation = { id: 'a', traceId: 't', type: AnnotationType.OUTCOME, createdAt: instant };

/** Fields and rules a message breaks, as `field: rule`. */
function broken<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): string[] {
  const { violations = [] } = validator.validate(schema, create(schema, init));
  return violations.map((violation) => `${violation.toString().split(':')[0]}: ${violation.ruleId}`);
}

describe('validation of requests', () => {
  it('a budget is more than nothing', () => {
    assert.deepEqual(broken(SetBudgetRequestSchema, { userId: 'u', limitUsd: 0 }), ['limit_usd: double.gt']);
    assert.deepEqual(broken(SetBudgetRequestSchema, { userId: 'u', limitUsd: 0.01 }), []);
  });

  it('every broken field is named', () => {
    assert.deepEqual(broken(SetBudgetRequestSchema, {}), ['user_id: string.min_len', 'limit_usd: double.gt']);
  });

  it('a score is within 0 and 1', () => {
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, score: 1.5 }), ['score: double.gte_lte']);
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, score: Number.NaN }), [
      'score: double.gte_lte',
    ]);
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, score: 1 }), []);
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, score: 0 }), []);
  });

  it('an annotation has a known type and a date', () => {
    const { createdAt: _, ...undated } = annotation;
    assert.deepEqual(broken(AnnotationSchema, undated), ['created_at: required']);
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, type: 0 }), ['type: enum.not_in']);
    assert.deepEqual(broken(AnnotationSchema, { ...annotation, type: 9 as AnnotationType }), [
      'type: enum.defined_only',
    ]);
  });

  it('an email is one', () => {
    assert.deepEqual(broken(CreateUserRequestSchema, { email: 'nobody' }), ['email: string.email']);
    assert.deepEqual(broken(CreateUserRequestSchema, { email: 'ada@example.com' }), []);
  });

  it('an id has at most 128 characters, however many bytes they take', () => {
    assert.deepEqual(broken(GetTraceRequestSchema, { traceId: 'é'.repeat(128) }), []);
    assert.deepEqual(broken(GetTraceRequestSchema, { traceId: 'a'.repeat(129) }), [
      'trace_id: string.max_len',
    ]);
  });

  it('a page and an audit trail have bounds', () => {
    assert.deepEqual(broken(PaginationRequestSchema, { pageSize: 1001 }), ['page_size: int32.gte_lte']);
    assert.deepEqual(broken(PaginationRequestSchema, { pageSize: -1 }), ['page_size: int32.gte_lte']);
    assert.deepEqual(broken(PaginationRequestSchema, { pageSize: 0 }), []);
    assert.deepEqual(broken(ListAuditLogRequestSchema, { userId: 'u', limit: 501 }), [
      'limit: int32.gte_lte',
    ]);
  });

  it('a call brings at most 1000 spans, and the field inside a span is named', () => {
    const spans = (count: number) => Array.from({ length: count }, () => ({ name: 's' }));
    assert.deepEqual(broken(IngestSpansRequestSchema, { spans: spans(1000) }), []);
    assert.deepEqual(broken(IngestSpansRequestSchema, { spans: spans(1001) }), ['spans: repeated.max_items']);
    assert.deepEqual(
      broken(IngestSpansRequestSchema, { spans: [{ genAi: { inputContent: 'x'.repeat(1_048_577) } }] }),
      ['spans[0].gen_ai.input_content: string.max_len'],
    );
  });

  it('a price is not negative and a discount a fraction', () => {
    const entry = { modelId: 'm', provider: 'p' };
    assert.deepEqual(broken(ModelCatalogEntrySchema, { ...entry, inputPerMillion: -1 }), [
      'input_per_million: double.gte',
    ]);
    assert.deepEqual(broken(ModelCatalogEntrySchema, { ...entry, discountPercent: 20 }), [
      'discount_percent: double.gte_lte',
    ]);
  });
});
