import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { asNanoUsd } from '../../money/index.ts';
import { anLlmSpan } from '../contract-suites/span-fixture.ts';
import { describeSpanStore } from '../contract-suites/span-store-suite.ts';
import { SPAN_COLUMN_NAMES } from '../sql/span-columns.ts';
import { createSqliteSpanStore } from './span-store.ts';

describe('SQLite', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-spans-'));
  });
  after(() => rm(folder, { recursive: true }));
  let files = 0;
  const newPath = () => join(folder, `traces-${files++}.db`);

  describeSpanStore('SQLite in memory', async () => createSqliteSpanStore({ path: ':memory:' }));
  describeSpanStore('SQLite in a file', async () => createSqliteSpanStore({ path: newPath() }));

  it('keeps spans over a restart, and shares the file with a second process', async () => {
    const path = newPath();
    const [first, second] = [createSqliteSpanStore({ path }), createSqliteSpanStore({ path })];
    const span = anLlmSpan();
    await first.write([span]);
    assert.deepEqual(await second.getTrace(span.traceId), [span]);
    await first.close();
    await second.close();
    const third = createSqliteSpanStore({ path });
    assert.deepEqual(await third.getTrace(span.traceId), [span]);
    await third.close();
  });

  it('has the columns of the contract, and answers the runbook’s query in SQLite’s words', async () => {
    const path = newPath();
    const store = createSqliteSpanStore({ path });
    const startTimeUnixUs = (Date.now() - 6.9 * 86_400_000) * 1000;
    const call = (userId: string, cost: bigint, agoDays = 0) =>
      anLlmSpan(
        { userId, startTimeUnixUs: Math.trunc(startTimeUnixUs) - agoDays * 86_400_000_000 },
        { inputTokens: 10, outputTokens: 5, costNanoUsd: asNanoUsd(cost) },
      );
    await store.write([
      call('ada', 1_500_000_000n),
      call('ada', 500_000_000n),
      call('bob', 3_000_000_000n),
      call('eve', 9n, 1),
    ]);
    await store.close();
    const db = new DatabaseSync(path, { readOnly: true });
    const columns = db.prepare('PRAGMA table_info(spans)').all();
    const byUser = db
      .prepare(
        `SELECT user_id, SUM(gen_ai_cost_usd) as total_cost, COUNT(*) as call_count, SUM(gen_ai_total_tokens) as total_tokens
         FROM spans WHERE start_time > datetime('now', '-7 days') GROUP BY user_id ORDER BY total_cost DESC`,
      )
      .all();
    db.close();
    assert.deepEqual(
      columns.map((column) => column['name']),
      SPAN_COLUMN_NAMES,
    );
    assert.deepEqual(
      byUser.map((row) => ({ ...row })),
      [
        { user_id: 'bob', total_cost: 3, call_count: 1, total_tokens: 15 },
        { user_id: 'ada', total_cost: 2, call_count: 2, total_tokens: 30 },
      ],
    );
  });
});
