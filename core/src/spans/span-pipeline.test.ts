import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { anLlmSpan } from '../storage/contract-suites/span-fixture.ts';
import type { SpanReader, SpanWriter } from '../storage/span-store.ts';
import { LEDGER_SCHEMA } from '../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../storage/sqlite/ledger.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { createSqliteSpanStore } from '../storage/sqlite/span-store.ts';
import { systemClock } from '../clock.ts';
import { ZERO_NANO_USD } from '../money/index.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { readYourWrites } from './read-your-writes.ts';
import { recoverSpans } from './recover-spans.ts';
import { RetryLaterError } from './retry-later-error.ts';
import { SpanPipeline, type SpanPipelineOptions } from './span-pipeline.ts';
import type { SpanRecord } from './span-record.ts';

const NEVER_MS = 3_600_000;
const EVERYTHING = { limit: 1000, offset: 0 };

describe('span pipeline', () => {
  let folder: string;
  let tracesPath: string;
  let store: SpanWriter & SpanReader;
  let state: DatabaseSync;
  let ledger: SqliteLedger;
  let log: ReturnType<typeof recordedLog>;
  const pipelines: SpanPipeline[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-pipeline-'));
    tracesPath = join(folder, 'traces.db');
    store = createSqliteSpanStore({ path: tracesPath });
    log = recordedLog();
    const { logger } = log;
    state = openDatabase({ path: join(folder, 'state.db'), schema: [LEDGER_SCHEMA] });
    ledger = new SqliteLedger({
      db: state,
      clock: systemClock,
      logger,
      timeZone: 'UTC',
      withoutBudget: 'watch',
    });
  });
  afterEach(async () => {
    for (const pipeline of pipelines.splice(0)) await pipeline.close();
    await ledger.close();
    state.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const pipelineWith = (options: {
    readonly batchSize?: number;
    readonly flushIntervalMs?: number;
    readonly maxBuffered?: number;
  }): SpanPipeline => {
    const pipeline = new SpanPipeline({
      ...{ writer: store, ledger, logger: log.logger },
      ...{ flushIntervalMs: NEVER_MS, batchSize: 1_000, ...options },
    });
    pipelines.push(pipeline);
    return pipeline;
  };
  const idsOf = async (reader: SpanReader): Promise<string[]> =>
    (await reader.searchSpans({}, EVERYTHING)).spans.map((span) => span.spanId).toSorted();
  const sorted = (spans: readonly SpanRecord[]): string[] => spans.map((span) => span.spanId).toSorted();
  const someSpans = (count: number): SpanRecord[] => Array.from({ length: count }, () => anLlmSpan());
  const settle = async (span: SpanRecord): Promise<void> => {
    const outcome = await ledger.reserve({ userId: 'ada', amount: ZERO_NANO_USD });
    assert.ok(outcome.granted);
    await outcome.reservation.settle({ cost: ZERO_NANO_USD, tokens: 0, span });
  };
  /** Takes the table away, as a damaged or foreign file would; gives it back. */
  const breakStore = (): (() => void) => {
    const rename = (from: string, to: string) => {
      const db = new DatabaseSync(tracesPath);
      db.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
      db.close();
    };
    rename('spans', 'spans_away');
    return () => rename('spans_away', 'spans');
  };

  it('writes a batch as soon as it is full, without waiting for its time', async () => {
    const pipeline = pipelineWith({ batchSize: 3 });
    const spans = someSpans(3);
    for (const span of spans) pipeline.add(span);
    await until(async () => (await idsOf(store)).length === 3);
    assert.deepEqual(await idsOf(store), sorted(spans));
  });

  it('writes large spans before there are many of them, so that no write takes long', async () => {
    const pipeline = pipelineWith({});
    const inputContent = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 4; n++) pipeline.add(anLlmSpan({}, { inputContent }));
    await until(async () => (await idsOf(store)).length === 4);
  });

  it('writes what is there when its time has come', async () => {
    const pipeline = pipelineWith({ flushIntervalMs: 1 });
    pipeline.add(anLlmSpan());
    await until(async () => (await idsOf(store)).length === 1);
    pipeline.add(anLlmSpan());
    await until(async () => (await idsOf(store)).length === 2);
  });

  it('shows every span that was added to whoever reads through it', async () => {
    const pipeline = pipelineWith({});
    const reader = readYourWrites(store, pipeline);
    const first = anLlmSpan();
    pipeline.add(first);
    assert.deepEqual(await idsOf(store), []);
    assert.deepEqual(await reader.getTrace(first.traceId), [first]);
    pipeline.add(anLlmSpan());
    assert.equal((await reader.listTraces({}, 'start_time', true, EVERYTHING)).totalCount, 2);
    pipeline.add(anLlmSpan());
    assert.equal((await reader.usageTotals({})).spans, 3);
    pipeline.add(anLlmSpan());
    assert.equal((await reader.modelTotals({}))[0]?.calls, 4);
    pipeline.add(anLlmSpan());
    assert.equal((await reader.usageOverTime({}, 60_000_000))[0]?.spans, 5);
    pipeline.add(anLlmSpan());
    assert.equal((await reader.searchSpans({}, EVERYTHING)).totalCount, 6);
  });

  it('writes what is left when it closes', async () => {
    const pipeline = pipelineWith({});
    const spans = someSpans(5);
    for (const span of spans) pipeline.add(span);
    await pipeline.close();
    assert.deepEqual(await idsOf(store), sorted(spans));
  });

  it('tells the ledger what has been written, so that it keeps no more of it', async () => {
    const pipeline = pipelineWith({});
    const [written, unwritten] = [anLlmSpan(), anLlmSpan()];
    await settle(written);
    pipeline.add(written);
    await pipeline.flush();
    await settle(unwritten);
    assert.deepEqual(sorted((await ledger.pendingSpans(10)).map(({ span }) => span)), [unwritten.spanId]);
  });

  it('keeps a batch that cannot be written, and writes it with the next', async () => {
    const pipeline = pipelineWith({});
    const [kept, next] = [anLlmSpan(), anLlmSpan()];
    const mend = breakStore();
    pipeline.add(kept);
    await pipeline.flush();
    const [said] = log.lines;
    assert.deepEqual([said?.level, said?.fields['spans'], said?.fields['writer']], ['error', 1, 'sqlite']);
    mend();
    pipeline.add(next);
    await pipeline.flush();
    assert.deepEqual(await idsOf(store), sorted([kept, next]));
  });

  it('tries a batch that could not be written again by itself', async () => {
    const pipeline = pipelineWith({ flushIntervalMs: 1 });
    const mend = breakStore();
    pipeline.add(anLlmSpan());
    await until(async () => log.lines.length > 0);
    mend();
    await until(async () => (await idsOf(store)).length === 1);
  });

  it('drops what comes on top of a full buffer, says so once, and keeps what it has', async () => {
    const pipeline = pipelineWith({ maxBuffered: 2 });
    const spans = someSpans(4);
    for (const span of spans) pipeline.add(span);
    assert.equal(pipeline.dropped.get('sqlite'), 2);
    assert.deepEqual(
      log.lines.map(({ msg, fields }) => [msg, fields['writer']]),
      [['span processor buffer full', 'sqlite']],
    );
    await pipeline.flush();
    assert.deepEqual(await idsOf(store), sorted(spans.slice(0, 2)));
  });

  it('says anew that its buffer is full once there was room again', async () => {
    const pipeline = pipelineWith({ maxBuffered: 1 });
    for (let round = 0; round < 2; round++) {
      for (const span of someSpans(3)) pipeline.add(span);
      await pipeline.flush();
    }
    assert.deepEqual(
      log.lines.map(({ msg }) => msg),
      [
        ...['span processor buffer full', 'span processor buffer has room again'],
        ...['span processor buffer full', 'span processor buffer has room again'],
      ],
    );
    assert.equal(pipeline.dropped.get('sqlite'), 4);
  });

  it('leaves out a span that the store can never hold, and writes the others', async () => {
    const pipeline = pipelineWith({});
    const [before, never, after] = [anLlmSpan(), anLlmSpan({ durationNs: 0.5 }), anLlmSpan()];
    await settle(never);
    for (const span of [before, never, after]) pipeline.add(span);
    await pipeline.flush();
    assert.deepEqual(await idsOf(store), sorted([before, after]));
    assert.deepEqual(
      log.lines.map(({ level, fields }) => [level, fields['span_id'], fields['writer']]),
      [['error', never.spanId, 'sqlite']],
    );
    assert.deepEqual(await ledger.pendingSpans(10), []);
  });

  describe('with a place for copies', () => {
    const copyTo = (write: SpanWriter['write']): SpanWriter => ({
      ...{ name: 'copies', write },
      close: async () => {},
    });
    const pipelineTo = (copy: SpanWriter, options: Partial<SpanPipelineOptions> = {}): SpanPipeline => {
      const pipeline = new SpanPipeline({
        ...{ writer: store, copies: [copy], ledger, logger: log.logger },
        ...{ batchSize: 2, flushIntervalMs: 1, closeLimitMs: 50, ...options },
      });
      pipelines.push(pipeline);
      return pipeline;
    };

    it('writes every span to both', async () => {
      const path = join(folder, 'copies.db');
      const copies = createSqliteSpanStore({ path });
      const pipeline = pipelineTo(copies);
      const spans = someSpans(7);
      for (const span of spans) pipeline.add(span);
      await pipeline.close();
      const read = createSqliteSpanStore({ path });
      assert.deepEqual(await idsOf(read), sorted(spans));
      await read.close();
      assert.deepEqual(await idsOf(store), sorted(spans));
    });

    it('does not wait for one that hangs, and closes in time all the same', async () => {
      const signals: (AbortSignal | undefined)[] = [];
      const pipeline = pipelineTo(
        copyTo(async (_spans, signal) => {
          signals.push(signal);
          await new Promise(() => {});
        }),
      );
      const span = anLlmSpan();
      pipeline.add(span);
      await until(async () => signals.length === 1);
      await pipeline.flush();
      assert.deepEqual(await idsOf(store), [span.spanId]);
      assert.deepEqual(await ledger.pendingSpans(10), []);
      await pipeline.close();
      assert.equal(signals[0]?.aborted, true);
      assert.ok(log.lines.some(({ msg }) => msg === 'spans were not written before the stop'));
    });

    it('gives up on one write that takes too long, and tries it again', async () => {
      const tries: number[] = [];
      const pipeline = pipelineTo(
        copyTo(async (spans) => {
          tries.push(spans.length);
          if (tries.length === 1) await new Promise(() => {});
        }),
        { timeLimitMs: 20 },
      );
      pipeline.add(anLlmSpan());
      await until(async () => tries.length === 2);
      assert.match(String(log.lines[0]?.fields['err']), /copies took longer than 20 ms/);
    });

    it('comes back later and later to one that fails, or when it asks for it', async () => {
      let tries = 0;
      const pipeline = pipelineTo(
        copyTo(async () => {
          if (++tries <= 4) throw tries === 4 ? new RetryLaterError('busy', 40) : new Error('broken');
        }),
      );
      pipeline.add(anLlmSpan());
      await until(async () => tries === 5);
      assert.deepEqual(
        log.lines.map(({ fields }) => fields['retry_ms']),
        [1, 2, 4, 40],
      );
    });

    it('drops what is too much for one that fails, and for it alone', async () => {
      const pipeline = pipelineTo(
        copyTo(async () => {
          throw new Error('broken');
        }),
        { maxBuffered: 4 },
      );
      const spans = someSpans(10);
      for (const span of spans) {
        pipeline.add(span);
        await pipeline.flush();
      }
      assert.deepEqual(
        pipeline.dropped,
        new Map([
          ['sqlite', 0],
          ['copies', 6],
        ]),
      );
      assert.deepEqual(await idsOf(store), sorted(spans));
      const full = log.lines.filter(({ msg }) => msg === 'span processor buffer full');
      assert.deepEqual(
        full.map(({ fields }) => fields['writer']),
        ['copies'],
      );
    });

    it('holds no more captured text than memory allows', async () => {
      const pipeline = pipelineTo(
        copyTo(async () => {
          throw new Error('broken');
        }),
      );
      const inputContent = 'x'.repeat(1024 * 1024);
      for (let n = 0; n < 150; n++) pipeline.add(anLlmSpan({}, { inputContent }));
      assert.ok((pipeline.dropped.get('copies') ?? 0) > 0);
    });
  });

  describe('recovery after a crash', () => {
    it('gives up a span that the store can never hold, rather than the start', async () => {
      const [good, never] = [anLlmSpan(), anLlmSpan({ durationNs: 0.5 })];
      await settle(good);
      await settle(never);
      await recoverSpans(ledger, store, log.logger);
      assert.deepEqual(await idsOf(store), [good.spanId]);
      assert.deepEqual(await ledger.pendingSpans(10), []);
    });

    it('writes the spans of charges that were settled and not written, once', async () => {
      const spans = someSpans(1_200);
      await Promise.all(spans.map(settle));
      assert.equal(await recoverSpans(ledger, store, log.logger), 1_200);
      assert.equal((await store.usageTotals({})).spans, 1_200);
      assert.equal(await recoverSpans(ledger, store, log.logger), 0);
    });

    it('leaves alone what had been written, and was not acknowledged yet', async () => {
      const span = anLlmSpan({}, { inputContent: 'a prompt' });
      await settle(span);
      await store.write([span]);
      await recoverSpans(ledger, store, log.logger);
      assert.deepEqual(await store.getTrace(span.traceId), [span]);
    });

    it('acknowledges nothing that the store did not take', async () => {
      await settle(anLlmSpan());
      const mend = breakStore();
      await assert.rejects(recoverSpans(ledger, store, log.logger));
      mend();
      assert.equal(await recoverSpans(ledger, store, log.logger), 1);
    });
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'what is awaited comes in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
