import assert from 'node:assert/strict';
import type { SpanRecord } from '../../spans/span-record.ts';
import type { SpanFilter } from '../span-store.ts';
import { aSpan, anLlmSpan, MINUTE_US, START_US } from './span-fixture.ts';
import type { SpanStore } from './span-store-suite.ts';

const ALL = { limit: 100, offset: 0 };

export function spanSearchTests(store: () => SpanStore): void {
  async function found(filter: SpanFilter): Promise<readonly string[]> {
    const { spans, totalCount } = await store().searchSpans(filter, ALL);
    assert.equal(totalCount, spans.length);
    return spans.map((span) => span.name);
  }

  describe('searchSpans', () => {
    it('answers whole spans, newest first, page by page', async () => {
      const spans = Array.from({ length: 7 }, (_, index) =>
        anLlmSpan({ startTimeUnixUs: START_US - index * MINUTE_US }, { inputContent: `question ${index}` }),
      );
      await store().write(spans.toReversed());
      assert.deepEqual(await store().searchSpans({}, { limit: 3, offset: 0 }), {
        spans: spans.slice(0, 3),
        totalCount: 7,
      });
      assert.deepEqual(await store().searchSpans({}, { limit: 3, offset: 6 }), {
        spans: spans.slice(6),
        totalCount: 7,
      });
      assert.deepEqual(await store().searchSpans({}, { limit: 3, offset: 9 }), { spans: [], totalCount: 7 });
    });

    const wanted: Partial<SpanRecord> = {
      name: 'wanted',
      kind: 'embedding',
      status: 'error',
      userId: 'u',
      projectId: 'p',
      environment: 'e',
      tenantId: 't',
      jobId: 'j',
      traceGroup: 'g',
    };
    const FILTERS: readonly SpanFilter[] = [
      { kind: 'embedding' },
      { status: 'error' },
      { userId: 'u' },
      { projectId: 'p' },
      { environment: 'e' },
      { tenantId: 't' },
      { jobId: 'j' },
      { traceGroup: 'g' },
      { model: 'm' },
      { provider: 'v' },
      { nameContains: 'ante' },
      { search: 'ante' },
      { window: { startUnixUs: START_US, endUnixUs: START_US + 1 } },
    ];
    for (const filter of [...FILTERS, Object.assign({}, ...FILTERS) as SpanFilter]) {
      it(`narrows by ${Object.keys(filter).join(', ')}`, async () => {
        await store().write([
          anLlmSpan(wanted, { model: 'm', provider: 'v' }),
          anLlmSpan({ startTimeUnixUs: START_US - 1 }),
          aSpan({ startTimeUnixUs: START_US + 1 }),
        ]);
        assert.deepEqual(await found(filter), ['wanted']);
      });
    }

    it('finds text in name, model, trace id, prompt and answer, whatever its case', async () => {
      const other = anLlmSpan({ name: 'other' }, { model: 'x', inputContent: 'x', outputContent: 'x' });
      await store().write([
        anLlmSpan({ name: 'in NAME: Ärger' }),
        anLlmSpan({ name: 'in model' }, { model: 'ärger-1' }),
        anLlmSpan({ name: 'in prompt' }, { inputContent: 'so much ÄRGER' }),
        anLlmSpan({ name: 'in answer' }, { outputContent: `no ${'.'.repeat(70_000)}äRGER` }),
        { ...other, traceId: 'facade'.padStart(32, '0') },
      ]);
      assert.deepEqual((await found({ search: 'Ärger' })).toSorted(), [
        'in NAME: Ärger',
        'in answer',
        'in model',
        'in prompt',
      ]);
      assert.deepEqual(await found({ search: 'FACADE' }), ['other']);
      assert.deepEqual(await found({ nameContains: 'ÄRGER' }), ['in NAME: Ärger']);
    });

    for (const text of [
      '100%',
      'snake_case',
      `it's`,
      '"quoted"',
      'back\\slash',
      'a\0b',
      '*',
      '[a-z]',
      'x'.repeat(100_000),
    ]) {
      it(`takes ${JSON.stringify(text.slice(0, 20))} literally`, async () => {
        const decoy = '100x snakeXcase its quoted backslash a b z';
        await store().write([aSpan({ name: `has ${text}` }), aSpan({ name: decoy })]);
        assert.deepEqual(await found({ nameContains: text }), [`has ${text}`]);
        assert.deepEqual(await found({ search: text }), [`has ${text}`]);
      });
    }

    it('finds nothing for a value that tries to be SQL', async () => {
      await store().write([aSpan({ userId: 'ada' })]);
      for (const value of [`' OR '1'='1`, `ada' --`, `x'; DELETE FROM spans; --`]) {
        assert.deepEqual(await found({ userId: value }), []);
        assert.deepEqual(await found({ search: value }), []);
      }
      assert.equal((await store().usageTotals({})).spans, 1);
    });
  });
}
