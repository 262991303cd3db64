import assert from 'node:assert/strict';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { AnnotationType } from '@candela/proto/types/annotation';
import { anLlmSpan } from '../storage/contract-suites/span-fixture.ts';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  inMemoryServices,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

describe('AnnotationService', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  let spans: InMemoryServices['spans'];
  let clock: InMemoryServices['clock'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as, spans, clock } = services);
  });
  afterEach(() => services.close());

  it('keeps one outcome for each author, labels and metrics, and lists them', async () => {
    const span = anLlmSpan({ userId: 'ada' });
    const { traceId } = span;
    await spans.write([span]);
    const { annotations: mine } = as(ADA);
    await mine.setOutcome({ traceId, success: false, score: 0.2, comment: 'first' });
    clock.advanceMs(1_000);
    const { annotation } = await mine.setOutcome({ traceId, success: true, score: 1 });
    assert.deepEqual(
      [annotation?.success, annotation?.type, annotation?.createdAt],
      [true, AnnotationType.OUTCOME, timestampFromMs(NOW + 1_000)],
    );
    await as(ADMIN).annotations.setOutcome({ traceId, success: false });
    await mine.addLabel({ traceId, label: 'nice', reviewer: 'me' });
    await mine.logMetric({ traceId, metricName: 'bleu', metricValue: -0.5 });
    const { annotations: all } = await mine.listAnnotations({ traceId });
    assert.deepEqual(
      all
        .toSorted((a, b) => a.type - b.type || Number(a.success) - Number(b.success))
        .map(({ type, success, label, metricValue }) => [type, success, label, metricValue]),
      [
        [AnnotationType.OUTCOME, false, '', 0],
        [AnnotationType.OUTCOME, true, '', 0],
        [AnnotationType.LABEL, false, 'nice', 0],
        [AnnotationType.METRIC, false, '', -0.5],
      ],
    );
    const labels = await mine.listAnnotations({ traceId, typeFilter: AnnotationType.LABEL });
    assert.deepEqual(
      labels.annotations.map(({ reviewer }) => reviewer),
      ['me'],
    );
  });

  it('annotates what is there and the caller’s', async () => {
    const others = anLlmSpan({ userId: 'bob' });
    await spans.write([others]);
    const { annotations: mine } = as(ADA);
    const { traceId } = others;
    for (const ask of [
      () => mine.setOutcome({ traceId, success: true }),
      () => mine.addLabel({ traceId, label: 'x' }),
      () => mine.logMetric({ traceId, metricName: 'm' }),
      () => mine.listAnnotations({ traceId }),
    ]) {
      await assertRefused(ask(), Code.PermissionDenied, /someone else/);
    }
    await assertRefused(mine.setOutcome({ traceId: 'none', success: true }), Code.NotFound, /no such trace/);
    await assertRefused(mine.listAnnotations({ traceId: 'none' }), Code.NotFound, /no such trace/);
  });

  it('refuses what cannot be, naming the field', async () => {
    const { annotations: mine } = as(ADA);
    const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => mine.setOutcome({ traceId: '' }), /trace_id/],
      [() => mine.setOutcome({ traceId: 'x', score: 1.5 }), /score/],
      [() => mine.setOutcome({ traceId: 'x', score: NaN }), /score/],
      [() => mine.addLabel({ traceId: 'x', label: '' }), /label/],
      [() => mine.logMetric({ traceId: 'x', metricName: '' }), /metric_name/],
      [() => mine.logMetric({ traceId: 'x', metricName: 'm', metricValue: NaN }), /metric_value/],
      [() => mine.logMetric({ traceId: 'x', metricName: 'm', metricValue: Infinity }), /metric_value/],
    ];
    for (const [ask, field] of wrong) await assertRefused(ask(), Code.InvalidArgument, field);
  });

  it('carries out a request once that arrives again under its key, and answers the same', async () => {
    const span = anLlmSpan({ userId: 'ada' });
    const { traceId } = span;
    await spans.write([span]);
    const { annotations: mine } = as(ADA);
    const headers = { 'Idempotency-Key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
    const request = { traceId, metricName: 'bleu', metricValue: -0.5 };
    const first = await mine.logMetric(request, { headers });
    clock.advanceMs(1_000);
    assert.deepEqual(await mine.logMetric(request, { headers }), first);
    const bare = { 'Idempotency-Key': '8e03978e-40d5-43dd-bc93-6894a57f9324' };
    assert.deepEqual(await mine.logMetric(request, { headers: bare }), first);
    await as(ADMIN).annotations.logMetric(request, { headers });
    await mine.logMetric(request);
    assert.equal((await mine.listAnnotations({ traceId })).annotations.length, 3);
  });

  it('refuses a key that was used for something else, and one that is none', async () => {
    const span = anLlmSpan({ userId: 'ada' });
    const { traceId } = span;
    await spans.write([span]);
    const { annotations: mine } = as(ADA);
    const headers = { 'Idempotency-Key': 'k1' };
    await mine.addLabel({ traceId, label: 'a' }, { headers });
    await assertRefused(
      mine.addLabel({ traceId, label: 'b' }, { headers }),
      Code.AlreadyExists,
      /idempotency_key: was used for another/,
    );
    for (const value of ['""', 'a b', 'x'.repeat(129)]) {
      await assertRefused(
        mine.addLabel({ traceId, label: 'c' }, { headers: { 'Idempotency-Key': value } }),
        Code.InvalidArgument,
        /^.*idempotency_key: must be/,
      );
    }
    assert.equal((await mine.listAnnotations({ traceId })).annotations.length, 1);
  });
});
