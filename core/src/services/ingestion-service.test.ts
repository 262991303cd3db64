import assert from 'node:assert/strict';
import { Code } from '@connectrpc/connect';
import { IdentityRefusal } from '../gateway/errors.ts';
import { anLlmSpan, aSpan, nano } from '../storage/contract-suites/span-fixture.ts';
import { spanMessage } from './span-message.ts';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  at,
  inMemoryServices,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

describe('IngestionService', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  let spans: InMemoryServices['spans'];
  let pipeline: InMemoryServices['pipeline'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as, spans, pipeline } = services);
  });
  afterEach(() => services.close());

  it('keeps spans as they were, the sender’s own', async () => {
    const span = anLlmSpan(
      {
        ...{ startTimeUnixUs: NOW * 1_000, durationNs: 1_500_000_007, parentSpanId: 'b7ad6b7169203331' },
        ...{ userId: 'ada', sessionId: 's-1', tenantId: 't', status: 'error', statusMessage: 'no' },
        attributes: [{ key: 'a', value: 2n ** 60n }],
        labels: { team: 'x' },
      },
      { inputTokens: 3, costNanoUsd: nano(5_000_001n), temperature: 0.5, maxTokens: 9, inputContent: 'hi' },
    );
    const answer = await as(ADA).ingestion.ingestSpans({
      spans: [{ ...spanMessage(span), userId: 'grace' }],
    });
    assert.deepEqual([answer.acceptedCount, answer.rejectedCount, answer.errors], [1, 0, []]);
    await pipeline.flush();
    assert.deepEqual(await spans.getTrace(span.traceId), [span]);
  });

  it('lets an admin hand in the spans of others', async () => {
    const span = aSpan({ userId: 'grace' });
    await as(ADMIN).ingestion.ingestSpans({ spans: [spanMessage(span)] });
    await pipeline.flush();
    assert.deepEqual(await spans.getTrace(span.traceId), [span]);
  });

  it('judges each span on its own, and says why', async () => {
    const { traceId, spanId } = aSpan();
    const span = { traceId, spanId, startTime: at('2026-07-31T00:00:00Z') };
    const answer = await as(ADA).ingestion.ingestSpans({
      spans: [
        { ...span, traceId: 'abc' },
        span,
        { ...span, genAi: { inputContent: 'x'.repeat(1_048_577) } },
        { ...span, genAi: { costUsd: NaN } },
        { ...span, genAi: { inputTokens: -1n } },
        { ...span, startTime: { seconds: 2n ** 62n, nanos: 0 } },
        { ...span, duration: { seconds: -1n, nanos: 0 } },
        {},
      ],
    });
    assert.deepEqual([answer.acceptedCount, answer.rejectedCount, answer.errors.length], [1, 7, 7]);
    for (const reason of [
      /gen_ai\.input_content/,
      /trace_id: must be/,
      /cost_usd/,
      /input_tokens/,
      /start_time/,
      /end_time/,
    ]) {
      assert.ok(
        answer.errors.some((error) => reason.test(error)),
        String(reason),
      );
    }
    await pipeline.flush();
    assert.equal((await spans.usageTotals({})).spans, 1);
  });

  it('takes a thousand at once and no more', async () => {
    const many = Array.from({ length: 1_001 }, () => spanMessage(aSpan()));
    const { acceptedCount } = await as(ADA).ingestion.ingestSpans({ spans: many.slice(1) });
    assert.equal(acceptedCount, 1_000);
    await assertRefused(as(ADA).ingestion.ingestSpans({ spans: many }), Code.InvalidArgument, /^spans: /);
  });

  it('is for whoever is known', () =>
    assertRefused(
      as(new IdentityRefusal(401, 'missing authentication')).ingestion.ingestSpans({}),
      Code.Unauthenticated,
      /missing/,
    ));
});
