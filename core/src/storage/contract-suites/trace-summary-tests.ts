import assert from 'node:assert/strict';
import type { SpanRecord } from '../../spans/span-record.ts';
import type { TraceRow } from '../span-store.ts';
import { aSpan, anLlmSpan, MINUTE_US, nano, START_US } from './span-fixture.ts';
import type { SpanStore } from './span-store-suite.ts';

export function traceSummaryTests(store: () => SpanStore): void {
  async function summary(spans: readonly SpanRecord[]): Promise<TraceRow | undefined> {
    await store().write(spans);
    return (await store().listTraces({}, 'start_time', true, { limit: 10, offset: 0 })).traces[0];
  }

  describe('a trace summed up', () => {
    const traceId = 'e'.repeat(32);
    const rootId = '1'.repeat(16);

    it('sums up over its spans', async () => {
      const root = aSpan({
        traceId,
        spanId: rootId,
        name: 'agent run',
        kind: 'agent',
        durationNs: 5_000_000_000,
      });
      const inside = { traceId, parentSpanId: rootId, startTimeUnixUs: START_US + MINUTE_US };
      const cheap = anLlmSpan(
        { ...inside, durationNs: 2_000_000_001, userId: 'ada', projectId: 'p', environment: 'test' },
        { inputTokens: 10, outputTokens: 1, cacheReadTokens: 9, costNanoUsd: nano(3n) },
      );
      const dear = anLlmSpan(
        { ...inside, kind: 'embedding', sessionId: 's', tenantId: 't', jobId: 'j', traceGroup: 'g' },
        { model: 'embed', provider: 'google', inputTokens: 100, costNanoUsd: nano(4n) },
      );
      assert.deepEqual(await summary([dear, cheap, root]), {
        traceId,
        startTimeUnixUs: START_US,
        durationNs: 62_000_000_001,
        rootSpanName: 'agent run',
        projectId: 'p',
        environment: 'test',
        spanCount: 3,
        llmCallCount: 2,
        totalTokens: 111,
        totalCostNanoUsd: 7n,
        status: 'ok',
        primaryModel: 'embed',
        primaryProvider: 'google',
        userId: 'ada',
        sessionId: 's',
        tenantId: 't',
        jobId: 'j',
        traceGroup: 'g',
      });
    });

    it('takes for its root the earliest span whose parent is not in the trace', async () => {
      const row = await summary([
        aSpan({ traceId, name: 'child, earliest', parentSpanId: rootId, startTimeUnixUs: START_US - 2 }),
        aSpan({
          traceId,
          name: 'of a caller we never saw',
          parentSpanId: '9'.repeat(16),
          startTimeUnixUs: START_US - 1,
        }),
        aSpan({ traceId, name: 'without a parent, later', spanId: rootId }),
      ]);
      assert.equal(row?.rootSpanName, 'of a caller we never saw');
    });

    it('takes the earliest span where spans are each other’s parents', async () => {
      const row = await summary([
        aSpan({
          traceId,
          name: 'late',
          spanId: '2'.repeat(16),
          parentSpanId: rootId,
          startTimeUnixUs: START_US + 1,
        }),
        aSpan({ traceId, name: 'early', spanId: rootId, parentSpanId: '2'.repeat(16) }),
      ]);
      assert.equal(row?.rootSpanName, 'early');
    });

    it('belongs to whom its root says', async () => {
      const row = await summary([
        aSpan({ traceId, spanId: rootId, userId: 'root user', startTimeUnixUs: START_US + 1 }),
        aSpan({ traceId, parentSpanId: rootId, userId: 'child user' }),
      ]);
      assert.equal(row?.userId, 'root user');
    });

    it('takes its primary model from the earliest of equally dear calls, and from calls only', async () => {
      const row = await summary([
        anLlmSpan({ traceId, startTimeUnixUs: START_US + 1 }, { model: 'later', costNanoUsd: nano(5n) }),
        anLlmSpan({ traceId }, { model: 'earlier', costNanoUsd: nano(5n) }),
        anLlmSpan({ traceId, kind: 'agent' }, { model: 'no call', costNanoUsd: nano(6n) }),
      ]);
      assert.deepEqual([row?.primaryModel, row?.llmCallCount, row?.totalCostNanoUsd], ['earlier', 2, 16n]);
    });

    it('has no model without a call', async () => {
      const row = await summary([aSpan({ status: 'unspecified' })]);
      assert.deepEqual(
        [row?.primaryModel, row?.primaryProvider, row?.totalTokens, row?.totalCostNanoUsd, row?.status],
        ['', '', 0, 0n, 'unspecified'],
      );
    });
  });
}
