import assert from 'node:assert/strict';
import type { SpanAttribute } from '../../spans/span-record.ts';
import { aSpan, anLlmSpan, MINUTE_US, nano, START_US } from './span-fixture.ts';
import type { SpanStore } from './span-store-suite.ts';

const MIB = 1024 * 1024;
const HOSTILE = [
  `'; DROP TABLE spans; --`,
  `"double" \`back\` \\slash\\ %percent_ {"json":[1]}`,
  'a\0b',
  '👩‍👩‍👧 é e\u0301 ﷽ \u202e',
  '\r\n\t',
  '?1 $1 :a @b',
];

export function spanWriteTests(store: () => SpanStore): void {
  describe('write and getTrace', () => {
    it('gives back every field as it was written', async () => {
      const span = anLlmSpan(
        {
          parentSpanId: '00f067aa0ba902b7',
          status: 'error',
          statusMessage: 'overloaded',
          startTimeUnixUs: START_US + 123_456,
          durationNs: 1_234_567_891,
          projectId: 'project',
          environment: 'production',
          serviceName: 'checkout',
          userId: 'ada',
          sessionId: 'session-1',
          tenantId: 'tenant.1',
          jobId: 'job_1',
          traceGroup: 'group',
          labels: { team: 'search', 'a b': '', ['__proto__']: 'y' },
        },
        {
          inputTokens: 1200,
          outputTokens: 34,
          cacheReadTokens: 1000,
          cacheCreationTokens: 56,
          costNanoUsd: nano(4_321n),
          temperature: 0.7,
          topP: 0.95,
          maxTokens: 4096,
          inputContent: 'What is six times seven?',
          outputContent: '42',
        },
      );
      await store().write([span]);
      assert.deepEqual(await store().getTrace(span.traceId), [span]);
    });

    it('keeps what is absent apart from what is empty or zero', async () => {
      const traceId = 'a'.repeat(32);
      const plain = aSpan({ traceId, spanId: '1'.repeat(16) });
      const unnamedModel = anLlmSpan({ traceId, spanId: '2'.repeat(16) }, { model: '', provider: '' });
      const zeros = anLlmSpan({ traceId, spanId: '3'.repeat(16) }, { temperature: 0, topP: 0, maxTokens: 0 });
      await store().write([plain, unnamedModel, zeros]);
      assert.deepEqual(await store().getTrace(traceId), [plain, unnamedModel, zeros]);
    });

    it('gives attributes back in order and with their types', async () => {
      const texts = ['text', '', '42', '-0', '4.2', 'true', 'false', 'NaN', '"quoted"', '"', 'null', '1e+21'];
      const wholes = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)];
      const doubles = [0, -0, 1, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, Infinity, -Infinity, NaN];
      const values: SpanAttribute['value'][] = [...texts, ...HOSTILE, ...wholes, ...doubles, true, false];
      const attributes = values.map((value, index) => ({ key: `key ${index % 3}`, value }));
      const span = aSpan({ attributes });
      await store().write([span]);
      assert.deepEqual((await store().getTrace(span.traceId))[0]?.attributes, attributes);
    });

    for (const text of [...HOSTILE, 'ü'.repeat(MIB / 2)]) {
      it(`keeps text exactly: ${JSON.stringify(text.slice(0, 40))}`, async () => {
        const span = anLlmSpan(
          {
            name: text,
            userId: text,
            statusMessage: text,
            labels: { [text]: text },
            attributes: [{ key: text, value: text }],
          },
          { model: text, inputContent: text, outputContent: text },
        );
        await store().write([span]);
        assert.deepEqual(await store().getTrace(span.traceId, { userId: text }), [span]);
      });
    }

    it('keeps money to the nano-dollar beyond what a double can', async () => {
      const span = anLlmSpan({}, { costNanoUsd: nano(8_999_999_999_999_999_999n) });
      await store().write([span]);
      assert.equal((await store().getTrace(span.traceId))[0]?.genAi?.costNanoUsd, 8_999_999_999_999_999_999n);
    });

    it('keeps microseconds, also before 1970', async () => {
      const spans = [-1, 0, 1, START_US + 999_999].map((startTimeUnixUs) =>
        aSpan({ traceId: 'b'.repeat(32), startTimeUnixUs }),
      );
      await store().write(spans);
      assert.deepEqual(await store().getTrace('b'.repeat(32)), spans);
    });

    it('leaves a span alone that is there already, also within one batch', async () => {
      const first = aSpan({ name: 'first' });
      const again = { ...first, name: 'again' };
      const other = aSpan({ traceId: first.traceId, startTimeUnixUs: START_US + 1 });
      await store().write([first, again]);
      await store().write([again, other]);
      assert.deepEqual(await store().getTrace(first.traceId), [first, other]);
    });

    it('writes nothing for an empty batch', async () => {
      await store().write([]);
      assert.equal((await store().usageTotals({})).spans, 0);
    });

    it('writes none of a batch with a span it cannot keep, and works on', async () => {
      const good = aSpan();
      const tooDear = anLlmSpan({}, { costNanoUsd: nano(2n ** 63n) });
      const fractional = aSpan({ durationNs: 0.5 });
      await assert.rejects(store().write([good, tooDear]), /costNanoUsd/);
      await assert.rejects(store().write([good, fractional]), /durationNs/);
      assert.equal((await store().usageTotals({})).spans, 0);
      await store().write([good]);
      assert.deepEqual(await store().getTrace(good.traceId), [good]);
    });

    it('takes many batches at once, with the same spans in several of them', async () => {
      const spans = Array.from({ length: 400 }, () => anLlmSpan({}, { costNanoUsd: nano(7n) }));
      const batches = Array.from({ length: 10 }, (_, index) => spans.slice(index * 30, index * 30 + 130));
      await Promise.all(batches.map((batch) => store().write(batch)));
      const totals = await store().usageTotals({});
      assert.deepEqual([totals.spans, totals.costNanoUsd], [400, 2800n]);
    });

    it('answers reads that run beside a write from before or after it, never from its middle', async () => {
      const batch = Array.from({ length: 200 }, () => aSpan());
      const [, ...seen] = await Promise.all([
        store().write(batch),
        ...Array.from({ length: 8 }, async () => (await store().usageTotals({})).spans),
      ]);
      assert.deepEqual(
        seen.filter((count) => count !== 0 && count !== batch.length),
        [],
      );
    });

    it('orders a trace by start time and shows a user only their own spans', async () => {
      const traceId = 'c'.repeat(32);
      const late = aSpan({ traceId, userId: 'ada', startTimeUnixUs: START_US + MINUTE_US });
      const early = aSpan({ traceId, userId: 'bob' });
      await store().write([late, early, aSpan({ userId: 'ada' })]);
      assert.deepEqual(await store().getTrace(traceId), [early, late]);
      assert.deepEqual(await store().getTrace(traceId, { userId: 'ada' }), [late]);
      assert.deepEqual(await store().getTrace(traceId, { userId: 'eve' }), []);
      assert.deepEqual(await store().getTrace('d'.repeat(32)), []);
    });

    it('can be closed twice', async () => {
      await store().close();
      await store().close();
    });
  });
}
