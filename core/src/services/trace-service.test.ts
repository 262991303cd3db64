import assert from 'node:assert/strict';
import { Code } from '@connectrpc/connect';
import { SpanKind, SpanStatus } from '@candela/proto/types/trace';
import { anLlmSpan, aSpan, nano } from '../storage/contract-suites/span-fixture.ts';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  at,
  inMemoryServices,
  type InMemoryServices,
  type Clients,
} from './testing/in-memory-services.ts';

describe('TraceService', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  let spans: InMemoryServices['spans'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as, spans } = services);
  });
  afterEach(() => services.close());

  const startUs = NOW * 1000 - 60_000_000;
  const call = (userId: string, name: string, agoUs = 0) =>
    anLlmSpan(
      { userId, name, startTimeUnixUs: startUs - agoUs, durationNs: 1_500_000_001 },
      { costNanoUsd: nano(1_000_000n), inputTokens: 70, outputTokens: 30, temperature: 0.5 },
    );

  it('gives a trace with all of its spans', async () => {
    const root = aSpan({ userId: 'ada', startTimeUnixUs: startUs, labels: { team: 'a' } });
    const child = anLlmSpan(
      {
        ...{
          userId: 'ada',
          traceId: root.traceId,
          parentSpanId: root.spanId,
          startTimeUnixUs: startUs + 1,
        },
        attributes: [
          { key: 'text', value: 'x' },
          { key: 'whole', value: 9_007_199_254_740_993n },
          { key: 'real', value: 0.5 },
          { key: 'truth', value: true },
        ],
      },
      {
        costNanoUsd: nano(2_500_000n),
        inputTokens: 70,
        outputTokens: 30,
        inputContent: 'in',
        outputContent: 'out',
      },
    );
    await spans.write([root, child]);
    const { trace } = await as(ADA).traces.getTrace({ traceId: root.traceId });
    assert.deepEqual(
      [trace?.spanCount, trace?.totalCostUsd, trace?.totalTokens, trace?.rootSpanName],
      [2, 0.0025, 100n, root.name],
    );
    const [first, second] = trace?.spans ?? [];
    assert.deepEqual([first?.spanId, first?.labels, first?.genAi], [root.spanId, { team: 'a' }, undefined]);
    assert.deepEqual(
      [
        second?.kind,
        second?.status,
        second?.genAi?.costUsd,
        second?.genAi?.inputContent,
        second?.startTime?.nanos,
      ],
      [SpanKind.LLM, SpanStatus.OK, 0.0025, 'in', 1_000],
    );
    assert.deepEqual(
      second?.attributes.map(({ key, value }) => [key, value.value]),
      [
        ['text', 'x'],
        ['whole', 9_007_199_254_740_993n],
        ['real', 0.5],
        ['truth', true],
      ],
    );
  });

  it('shows a developer their own only, and an admin everyone’s', async () => {
    const [mine, others] = [call('ada', 'mine'), call('bob', 'others')];
    const shared = call('bob', 'shared');
    await spans.write([mine, others, shared, { ...call('ada', 'my part'), traceId: shared.traceId }]);
    const { traces } = as(ADA);
    await assertRefused(traces.getTrace({ traceId: others.traceId }), Code.PermissionDenied, /someone else/);
    await assertRefused(traces.getTrace({ traceId: 'none' }), Code.NotFound, /no such trace/);
    await assertRefused(traces.getTrace({ traceId: '' }), Code.NotFound, /no such trace/);
    const part = (await traces.getTrace({ traceId: shared.traceId })).trace;
    assert.deepEqual(
      part?.spans.map(({ name }) => name),
      ['my part'],
    );
    const names = async (of: Clients): Promise<string[]> =>
      (await of.traces.searchSpans({})).spans.map(({ name }) => name).toSorted();
    assert.deepEqual(await names(as(ADA)), ['mine', 'my part']);
    assert.deepEqual(await names(as(ADMIN)), ['mine', 'my part', 'others', 'shared']);
    assert.equal((await traces.listTraces({})).pagination?.totalCount, 2);
    assert.equal((await as(ADMIN).traces.listTraces({})).pagination?.totalCount, 3);
  });

  it('lists the traces with the labels of the request’s header', async () => {
    const on = (branch: string) => ({ ...call('ada', branch), labels: { branch } });
    await spans.write([on('x'), on('y'), on('y'), on('y')]);
    const list = (branch: string, pageToken = '') =>
      as(ADA).traces.listTraces(
        { pagination: { pageSize: 2, pageToken } },
        { headers: { 'X-Candela-Labels': `branch=${branch}` } },
      );
    const { traces, pagination } = await list('y');
    assert.deepEqual([traces.map((row) => row.rootSpanName), pagination?.totalCount], [['y', 'y'], 3]);
    const { nextPageToken = '' } = pagination ?? {};
    assert.equal((await list('y', nextPageToken)).traces.length, 1);
    await assertRefused(list('x', nextPageToken), Code.InvalidArgument, /page_token/);
  });

  it('lists page after page, without a gap or a repetition', async () => {
    await spans.write(Array.from({ length: 25 }, (_, n) => call('ada', `call ${n}`, n * 1_000)));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await as(ADA).traces.listTraces({ pagination: { pageSize: 10, pageToken } });
      assert.equal(page.pagination?.totalCount, 25);
      seen.push(...page.traces.map(({ rootSpanName }) => rootSpanName));
      pageToken = page.pagination?.nextPageToken ?? '';
    } while (pageToken !== '');
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, n) => `call ${n}`),
    );
  });

  it('takes a page token only for the list that gave it', async () => {
    await spans.write([call('ada', 'a'), call('ada', 'b')]);
    const { traces } = as(ADA);
    const { pagination } = await traces.listTraces({ pagination: { pageSize: 1 } });
    const pageToken = pagination?.nextPageToken ?? '';
    assert.notEqual(pageToken, '');
    await traces.listTraces({ pagination: { pageSize: 5, pageToken } });
    const wrong = [
      () => traces.listTraces({ pagination: { pageToken }, search: 'other' }),
      () => traces.searchSpans({ pagination: { pageToken } }),
      ...['MQ', '1', '-1', pageToken.slice(0, -1), `${pageToken}A`, '\u0000', 'x'.repeat(10_000)].map(
        (token) => () => traces.listTraces({ pagination: { pageToken: token } }),
      ),
    ];
    for (const ask of wrong) await assertRefused(ask(), Code.InvalidArgument, /page_token/);
  });

  it('orders by what is asked, and filters', async () => {
    const cheap = { ...call('ada', 'cheap', 1), status: 'error' as const };
    const dear = anLlmSpan(
      { userId: 'ada', name: 'dear', startTimeUnixUs: startUs },
      { costNanoUsd: nano(9n ** 9n), model: 'o3' },
    );
    await spans.write([cheap, dear]);
    const { traces } = as(ADA);
    const names = async (request: Parameters<typeof traces.listTraces>[0]) =>
      (await traces.listTraces(request)).traces.map(({ rootSpanName }) => rootSpanName);
    assert.deepEqual(await names({}), ['dear', 'cheap']);
    assert.deepEqual(await names({ orderBy: 'start_time' }), ['cheap', 'dear']);
    assert.deepEqual(await names({ orderBy: 'total_cost', descending: true }), ['dear', 'cheap']);
    assert.deepEqual(await names({ model: 'o3' }), ['dear']);
    assert.deepEqual(await names({ status: SpanStatus.ERROR }), ['cheap']);
    assert.deepEqual(await names({ search: 'CHE' }), ['cheap']);
    await assertRefused(traces.listTraces({ orderBy: 'name; --' }), Code.InvalidArgument, /order_by/);
    await assertRefused(traces.listTraces({ status: 99 as SpanStatus }), Code.InvalidArgument, /status/);
    await assertRefused(traces.searchSpans({ kind: 99 as SpanKind }), Code.InvalidArgument, /kind/);
  });

  it('looks at the last seven days unless told otherwise', async () => {
    const DAY_US = 86_400_000_000;
    await spans.write([
      call('ada', 'now'),
      call('ada', 'last week', 6.9 * DAY_US),
      call('ada', 'before', 7.1 * DAY_US),
    ]);
    const { traces } = as(ADA);
    const names = async (request: Parameters<typeof traces.searchSpans>[0]) =>
      (await traces.searchSpans(request)).spans.map(({ name }) => name);
    assert.deepEqual(await names({}), ['now', 'last week']);
    assert.deepEqual(await names({ timeRange: { start: at('2026-07-01T00:00:00Z') } }), [
      'now',
      'last week',
      'before',
    ]);
    assert.equal((await traces.listTraces({})).traces.length, 3);
  });

  it('refuses sizes and times that cannot be, naming the field', async () => {
    const { traces } = as(ADA);
    const start = at('2026-02-01T00:00:00Z');
    const wrong: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => traces.listTraces({ pagination: { pageSize: -1 } }), /page_size/],
      [() => traces.listTraces({ pagination: { pageSize: 1_001 } }), /page_size/],
      [() => traces.searchSpans({ timeRange: { start, end: at('2026-01-01T00:00:00Z') } }), /time_range/],
      [() => traces.listTraces({ timeRange: { start: { seconds: 2n ** 62n, nanos: 0 } } }), /time_range/],
      [() => traces.searchSpans({ timeRange: { end: { seconds: -(2n ** 62n), nanos: 0 } } }), /time_range/],
      [
        () =>
          as(ADA).dashboard.getDashboardData({ timeRange: { start: { seconds: -(2n ** 62n), nanos: 0 } } }),
        /time_range/,
      ],
    ];
    for (const [ask, field] of wrong) await assertRefused(ask(), Code.InvalidArgument, field);
  });
});
