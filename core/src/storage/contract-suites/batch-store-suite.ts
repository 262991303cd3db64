import assert from 'node:assert/strict';
import type { BatchRecord, BatchStore } from '../batch-store.ts';
import { nano } from './span-fixture.ts';

const DAY_MS = 24 * 3_600_000;

/** What every store of batches must do. `open` gives an empty one on the real engine. */
export function describeBatchStore(name: string, open: () => BatchStore): void {
  describe(`batches: ${name}`, () => {
    let store: BatchStore;
    beforeEach(() => {
      store = open();
    });
    const record = (special: Partial<BatchRecord> = {}): BatchRecord => ({
      ...{ provider: 'openai', batchId: 'batch_1', userId: 'ada', hold: '{"a":"ü"}', operation: 'chat' },
      ...{ models: ['gpt-4o', 'gpt-4o-mini'], requests: 3, dearestRequest: nano(9_007_199_254_740_993n) },
      context: {
        ...{ requestId: 'r', sessionId: 's', startedAtUnixMs: Date.parse('2026-07-31') },
        trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: '', flags: '01' },
        attribution: { tenantId: 't', jobId: '', traceGroup: '', labels: { team: 'blue' } },
      },
      ...special,
    });

    it('gives back what it was given, by the batch’s id and by that of its results', async () => {
      assert.equal(await store.find(record()), undefined);
      await store.add(record());
      assert.deepEqual(await store.find(record()), record());
      assert.equal(await store.findByResults('openai', 'file-1'), undefined);
      await store.add(record({ resultsId: 'file-1' }));
      assert.deepEqual(await store.findByResults('openai', 'file-1'), record({ resultsId: 'file-1' }));
      assert.deepEqual(await store.find(record()), record({ resultsId: 'file-1' }));
    });

    it('takes the same ids of two providers for two batches', async () => {
      await store.add(record({ resultsId: 'x' }));
      await store.add(record({ provider: 'anthropic-direct', resultsId: 'x', userId: 'bob' }));
      assert.equal((await store.find(record()))?.userId, 'ada');
      assert.equal((await store.findByResults('anthropic-direct', 'x'))?.userId, 'bob');
      assert.equal(await store.findByResults('local', 'x'), undefined);
    });

    it('forgets a batch two months after its creation', async () => {
      await store.add(record());
      const later = (days: number): BatchRecord => {
        const { context } = record();
        const startedAtUnixMs = context.startedAtUnixMs + days * DAY_MS;
        return record({ batchId: `after ${days}`, context: { ...context, startedAtUnixMs } });
      };
      await store.add(later(59));
      assert.notEqual(await store.find(record()), undefined);
      await store.add(later(61));
      assert.equal(await store.find(record()), undefined);
      assert.notEqual(await store.find(later(59)), undefined);
    });
  });
}
