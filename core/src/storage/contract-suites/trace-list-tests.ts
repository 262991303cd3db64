import assert from 'node:assert/strict';
import type { SpanRecord } from '../../spans/span-record.ts';
import type { SpanFilter, TraceOrder } from '../span-store.ts';
import { aSpan, anLlmSpan, MINUTE_US, nano, START_US } from './span-fixture.ts';
import type { SpanStore } from './span-store-suite.ts';

const ALL = { limit: 100, offset: 0 };

/** Trace ids that say which trace is meant, and sort by it. */
const trace = (name: string) => name.padStart(32, '0');

export function traceListTests(store: () => SpanStore): void {
  async function listed(filter: SpanFilter, order: TraceOrder = 'start_time', descending = false) {
    const { traces } = await store().listTraces(filter, order, descending, ALL);
    return traces.map((row) => row.traceId.replace(/^0+/, ''));
  }

  describe('listTraces', () => {
    it('answers an empty store with an empty page', async () => {
      assert.deepEqual(await store().listTraces({}, 'start_time', true, ALL), { traces: [], totalCount: 0 });
    });

    const ORDERS: Record<TraceOrder, readonly string[]> = {
      start_time: ['a', 'b', 'c', 'd'],
      duration: ['d', 'a', 'b', 'c'],
      total_cost: ['c', 'd', 'a', 'b'],
      total_tokens: ['b', 'c', 'd', 'a'],
    };
    for (const [order, ascending] of Object.entries(ORDERS) as [TraceOrder, readonly string[]][]) {
      it(`orders by ${order}, both ways`, async () => {
        await store().write(fourTraces());
        assert.deepEqual(await listed({}, order), ascending);
        assert.deepEqual(await listed({}, order, true), ascending.toReversed());
      });
    }

    it('lists the traces with a call that has the labels', async () => {
      await store().write([
        anLlmSpan({ traceId: trace('a'), labels: { branch: 'x' } }),
        aSpan({ traceId: trace('a') }),
        anLlmSpan({ traceId: trace('b'), labels: { branch: 'y' } }),
      ]);
      const { traces } = await store().listTraces({ labels: { branch: 'x' } }, 'start_time', true, ALL);
      assert.deepEqual(
        traces.map(({ traceId, spanCount }) => [traceId, spanCount]),
        [[trace('a'), 2]],
      );
    });

    it('orders costs that differ by a nano-dollar, and sums past an int64', async () => {
      const dear = 9_000_000_000_000_000_000n;
      const cost = (name: string, ...costs: bigint[]) =>
        costs.map((one) => anLlmSpan({ traceId: trace(name) }, { costNanoUsd: nano(one) }));
      await store().write([
        ...cost('a', dear),
        ...cost('b', dear, dear),
        ...cost('c', dear - 1n),
        ...cost('d', dear, 1n),
      ]);
      const { traces } = await store().listTraces({}, 'total_cost', true, ALL);
      assert.deepEqual(
        traces.map((row) => row.totalCostNanoUsd),
        [dear + dear, dear + 1n, dear, dear - 1n],
      );
    });

    it('orders by the sum where cents of several spans make up a dollar', async () => {
      const cost = (name: string, amount: bigint) =>
        anLlmSpan({ traceId: trace(name) }, { costNanoUsd: nano(amount) });
      await store().write([cost('a', 600_000_000n), cost('a', 600_000_000n), cost('b', 1_100_000_000n)]);
      assert.deepEqual(await listed({}, 'total_cost', true), ['a', 'b']);
    });

    it('puts the newest first among traces that tie, then goes by id', async () => {
      await store().write([
        aSpan({ traceId: trace('c') }),
        aSpan({ traceId: trace('b') }),
        aSpan({ traceId: trace('a'), startTimeUnixUs: START_US - 1 }),
      ]);
      assert.deepEqual(await listed({}, 'total_cost', true), ['b', 'c', 'a']);
      assert.deepEqual(await listed({}, 'total_cost', false), ['b', 'c', 'a']);
    });

    it('pages through all traces once, each page with the same total', async () => {
      await store().write(
        Array.from({ length: 23 }, (_, index) => aSpan({ startTimeUnixUs: START_US + (index % 5) })),
      );
      const pages = await Promise.all(
        [0, 10, 20, 30].map((offset) => store().listTraces({}, 'start_time', true, { limit: 10, offset })),
      );
      assert.deepEqual(
        pages.map((page) => [page.traces.length, page.totalCount]),
        [
          [10, 23],
          [10, 23],
          [3, 23],
          [0, 23],
        ],
      );
      assert.equal(new Set(pages.flatMap((page) => page.traces.map((row) => row.traceId))).size, 23);
    });

    it('includes the start of its window and leaves out the end', async () => {
      await store().write([
        aSpan({ traceId: trace('a'), startTimeUnixUs: START_US - 1 }),
        aSpan({ traceId: trace('b'), startTimeUnixUs: START_US }),
        aSpan({ traceId: trace('c'), startTimeUnixUs: START_US + MINUTE_US - 1 }),
        aSpan({ traceId: trace('d'), startTimeUnixUs: START_US + MINUTE_US }),
      ]);
      assert.deepEqual(await listed({ window: { startUnixUs: START_US, endUnixUs: START_US + MINUTE_US } }), [
        'b',
        'c',
      ]);
    });

    it('lists a trace one of whose spans matches the filter, summed up over all its spans', async () => {
      const mine = { traceId: trace('a'), userId: 'ada' };
      await store().write([
        aSpan({ ...mine, startTimeUnixUs: START_US - MINUTE_US, durationNs: 1 }),
        anLlmSpan({ ...mine, projectId: 'p' }, { model: 'o3', inputTokens: 2, costNanoUsd: nano(5n) }),
        anLlmSpan({ ...mine }, { model: 'other', inputTokens: 3, costNanoUsd: nano(6n) }),
        anLlmSpan({ traceId: trace('b') }, { model: 'other' }),
      ]);
      const { traces, totalCount } = await store().listTraces(
        { model: 'o3', projectId: 'p' },
        'total_cost',
        true,
        ALL,
      );
      assert.equal(totalCount, 1);
      assert.deepEqual(
        traces.map((row) => [row.traceId, row.spanCount, row.totalTokens, row.totalCostNanoUsd]),
        [[trace('a'), 3, 5, 11n]],
      );
      assert.deepEqual(await listed({ model: 'other', projectId: 'p' }), []);
    });

    it('shows a user only their own part of a trace, in its sums and in the order', async () => {
      const cost = (name: string, userId: string, amount: bigint) =>
        anLlmSpan({ traceId: trace(name), userId }, { costNanoUsd: nano(amount) });
      await store().write([
        cost('a', 'ada', 3n),
        cost('a', 'bob', 100n),
        cost('b', 'ada', 4n),
        cost('c', 'bob', 1n),
        cost('d', '', 1n),
      ]);
      const { traces, totalCount } = await store().listTraces({ userId: 'ada' }, 'total_cost', true, ALL);
      assert.equal(totalCount, 2);
      assert.deepEqual(
        traces.map((row) => [row.traceId, row.spanCount, row.totalCostNanoUsd]),
        [
          [trace('b'), 1, 4n],
          [trace('a'), 1, 3n],
        ],
      );
      assert.deepEqual(await listed({ userId: '' }), ['d']);
    });

    it('asks the status of the whole trace', async () => {
      await store().write([
        aSpan({ traceId: trace('a'), status: 'ok' }),
        aSpan({ traceId: trace('a'), status: 'error' }),
        aSpan({ traceId: trace('b'), status: 'ok' }),
        aSpan({ traceId: trace('b'), status: 'unspecified' }),
        aSpan({ traceId: trace('c'), status: 'unspecified' }),
      ]);
      assert.deepEqual(await listed({ status: 'error' }), ['a']);
      assert.deepEqual(await listed({ status: 'ok' }), ['b']);
      assert.deepEqual(await listed({ status: 'unspecified' }), ['c']);
      assert.equal((await store().listTraces({ status: 'ok' }, 'start_time', true, ALL)).totalCount, 1);
    });
  });
}

/** Four traces that every order sorts differently; trace `a` has two spans whose sum matters. */
function fourTraces(): readonly SpanRecord[] {
  const one = (name: string, minute: number, durationNs: number, costNanoUsd: bigint, outputTokens: number) =>
    anLlmSpan(
      { traceId: trace(name), startTimeUnixUs: START_US + minute * MINUTE_US, durationNs },
      { costNanoUsd: nano(costNanoUsd), inputTokens: 1, outputTokens },
    );
  return [
    one('a', 0, 2000, 20n, 50),
    one('a', 0, 1000, 20n, 50),
    one('b', 1, 3000, 50n, 10),
    one('c', 2, 4000, 10n, 20),
    one('d', 3, 1000, 30n, 30),
  ];
}
