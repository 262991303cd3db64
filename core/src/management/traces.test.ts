import assert from 'node:assert/strict';
import { SpanPipeline } from '../spans/span-pipeline.ts';
import { readYourWrites } from '../spans/read-your-writes.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import { aSpan, anLlmSpan, nano, START_US } from '../storage/contract-suites/span-fixture.ts';
import { createSqliteSpanStore } from '../storage/sqlite/span-store.ts';
import { serve, type Served } from '../testing/http-handler.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { createLocalApi } from './local-api.ts';
import { listTraces } from './traces.ts';

describe('GET /_local/api/traces', () => {
  /** Nine days and some after the spans of the fixture. */
  const clock = manualClock('2026-03-13T12:00:00Z');
  let pipeline: SpanPipeline;
  let served: Served;
  let closeStore: () => Promise<void>;
  beforeEach(async () => {
    const { logger } = recordedLog();
    const store = createSqliteSpanStore({ path: ':memory:' });
    closeStore = () => store.close();
    pipeline = new SpanPipeline({
      ...{ writer: store, logger, ledger: { acknowledgeSpans: async () => {} } },
      // So that nothing is written but for a reader's sake.
      flushIntervalMs: 60_000,
    });
    const handle = createLocalApi({
      identify: () => ({ userId: 'local', email: '', role: 'admin' }),
      logger,
      endpoints: { traces: { GET: listTraces(readYourWrites(store, pipeline), clock) } },
    });
    served = await serve((req, res) => void handle(req, res));
  });
  afterEach(async () => {
    await served.close();
    await pipeline.close();
    await closeStore();
  });

  const ask = async (query = '') => {
    const answer = await fetch(`${served.url}/_local/api/traces${query}`);
    return { status: answer.status, text: await answer.text() };
  };
  const listed = async (query = ''): Promise<{ spans: { span_id: string }[]; count: number }> =>
    JSON.parse((await ask(query)).text);
  const add = (spans: readonly SpanRecord[]): void => {
    for (const span of spans) pipeline.add(span);
  };

  it('has exactly the fields of the contract', async () => {
    const spanId = '00f067aa0ba902b7';
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    add([
      anLlmSpan(
        { spanId, traceId, status: 'error', durationNs: 1_234_500_000, startTimeUnixUs: START_US },
        { inputTokens: 12, outputTokens: 34, costNanoUsd: nano(25_200n), inputContent: 'a secret' },
      ),
    ]);
    assert.deepEqual(JSON.parse((await ask()).text), {
      spans: [
        {
          ...{ span_id: spanId, trace_id: traceId, model: 'gpt-4o', provider: 'openai' },
          ...{ input_tokens: 12, output_tokens: 34, total_tokens: 46 },
          ...{ cost_usd: 0.0000252, duration_ms: 1234.5, status: 'error' },
          timestamp: '2026-03-04T05:06:07.000Z',
        },
      ],
      count: 1,
    });
  });

  it('has what was not asked of a model, too', async () => {
    add([aSpan({ name: 'look something up' })]);
    const { spans, count } = JSON.parse((await ask()).text);
    assert.deepEqual([count, spans[0].model, spans[0].total_tokens, spans[0].cost_usd], [1, '', 0, 0]);
  });

  it('is empty where there is nothing', async () => {
    assert.deepEqual(await ask(), { status: 200, text: '{"spans":[],"count":0}' });
  });

  it('gives the newest first, fifty unless more are asked for, two hundred at most', async () => {
    const all = Array.from({ length: 230 }, (_, index) => anLlmSpan({ startTimeUnixUs: START_US + index }));
    add(all);
    const newestFirst = all.map(({ spanId }) => spanId).toReversed();
    for (const [query, expected] of [
      ['', 50],
      ['?limit=1', 1],
      ['?limit=51', 51],
      ['?limit=200', 200],
    ] as const) {
      const { spans, count } = await listed(query);
      assert.deepEqual(
        spans.map((span) => span.span_id),
        newestFirst.slice(0, expected),
      );
      assert.equal(count, expected);
    }
  });

  it('reaches back as far as it must, and past now where the clocks of others run ahead', async () => {
    const nowUs = clock.nowUnixMs() * 1000;
    const [old, recent, ahead] = [START_US, nowUs - 1_000_000, nowUs + 3_600_000_000].map((startTimeUnixUs) =>
      anLlmSpan({ startTimeUnixUs }),
    ) as [SpanRecord, SpanRecord, SpanRecord];
    add([old, recent, ahead]);
    const ids = async (query: string) => (await listed(query)).spans.map((span) => span.span_id);
    assert.deepEqual(await ids(''), [ahead.spanId, recent.spanId, old.spanId]);
    assert.deepEqual(await ids('?limit=2'), [ahead.spanId, recent.spanId]);
  });

  it('shows a call that has just ended', async () => {
    const first = anLlmSpan();
    add([first]);
    assert.deepEqual((await listed()).spans[0]?.span_id, first.spanId);
    const second = anLlmSpan({ startTimeUnixUs: START_US + 1 });
    add([second]);
    assert.deepEqual((await listed()).spans[0]?.span_id, second.spanId);
  });

  for (const limit of ['0', '201', '-1', '1.5', '1e2', 'ten', '', ' 5', '9'.repeat(400)]) {
    it(`refuses a limit of ${JSON.stringify(limit.slice(0, 8))} and says what it takes`, async () => {
      const { status, text } = await ask(`?limit=${encodeURIComponent(limit)}`);
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(text), {
        error: 'limit: must be a whole number from 1 to 200, or left out for 50',
      });
    });
  }
});
