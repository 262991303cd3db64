import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asNanoUsd } from '@candela/core/money';
import { anLlmSpan, describeSpanStore } from '@candela/core/storage/contract-suites';
import { SPAN_COLUMN_NAMES } from '@candela/core/storage/sql';
import { DuckDBInstance } from '@duckdb/node-api';
import { createDuckDbSpanStore } from './span-store.ts';

const SPAN_STORE_MODULE = new URL('./span-store.ts', import.meta.url).href;

describe('DuckDB', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-duckdb-'));
  });
  after(() => rm(folder, { recursive: true }));
  let files = 0;
  const newPath = () => join(folder, `spans-${files++}.duckdb`);

  describeSpanStore('DuckDB in a file', () => createDuckDbSpanStore({ path: newPath() }));

  it('keeps spans over a restart, in a file only its owner can read', async () => {
    const path = join(folder, 'made', 'on', 'demand.duckdb');
    const span = anLlmSpan({
      attributes: [{ key: 'candela.ttfb_ms', value: 12.5 }],
      labels: { team: 'search' },
    });
    const first = await createDuckDbSpanStore({ path });
    await first.write([span]);
    await first.close();
    const second = await createDuckDbSpanStore({ path });
    const trace = await second.getTrace(span.traceId);
    await second.close();
    assert.deepEqual(trace, [span]);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('is one database to all who open it in this process', async () => {
    const path = newPath();
    const [first, second] = [await createDuckDbSpanStore({ path }), await createDuckDbSpanStore({ path })];
    const span = anLlmSpan();
    await first.write([span]);
    await first.close();
    const trace = await second.getTrace(span.traceId);
    await second.close();
    assert.deepEqual(trace, [span]);
  });

  it('tells a second process that the file is in use', async () => {
    const path = newPath();
    const store = await createDuckDbSpanStore({ path });
    const script = `const { createDuckDbSpanStore } = await import(${JSON.stringify(SPAN_STORE_MODULE)});
      await createDuckDbSpanStore({ path: process.argv[1] }).catch((error) =>
        console.log(JSON.stringify([error.name, error.failure, error.message, error.cause instanceof Error])));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
      path,
    ]);
    await store.close();
    const [name, failure, message, hasCause] = JSON.parse(stdout) as unknown[];
    assert.deepEqual([name, failure, hasCause], ['StorageOpenError', 'locked', true]);
    assert.match(String(message), /in use by another process: stop the other Candela/);
  });

  it('tells a file that is no database from a path that cannot be written', async () => {
    const path = newPath();
    await writeFile(path, 'this is a text file\n'.repeat(1000));
    await assert.rejects(createDuckDbSpanStore({ path }), { name: 'StorageOpenError', failure: 'damaged' });
    await assert.rejects(createDuckDbSpanStore({ path: join(path, 'below-a-file.duckdb') }), {
      failure: 'unwritable',
    });
    await assert.rejects(createDuckDbSpanStore({ path: folder }), { failure: 'unwritable' });
  });

  it('has the columns of the contract, and answers the runbook’s query in DuckDB’s words', async () => {
    const path = newPath();
    const store = await createDuckDbSpanStore({ path });
    const call = (userId: string, cost: bigint, ageDays: number) =>
      anLlmSpan(
        { userId, startTimeUnixUs: Math.trunc(Date.now() - ageDays * 86_400_000) * 1000 },
        { inputTokens: 10, outputTokens: 5, costNanoUsd: asNanoUsd(cost) },
      );
    await store.write([
      call('ada', 1_500_000_000n, 1),
      call('ada', 500_000_000n, 6.99),
      call('bob', 3_000_000_000n, 0),
      call('eve', 9n, 7.01),
    ]);
    const instance = await DuckDBInstance.fromCache(path, { autoinstall_known_extensions: 'false' });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'Pacific/Kiritimati'`);
    const columns = await connection.runAndReadAll('SELECT * FROM spans LIMIT 0');
    const byUser = await connection.runAndReadAll(
      `SELECT user_id, SUM(gen_ai_cost_usd) as total_cost, COUNT(*) as call_count, SUM(gen_ai_total_tokens) as total_tokens
       FROM spans WHERE start_time > CURRENT_TIMESTAMP - INTERVAL 7 DAY GROUP BY user_id ORDER BY total_cost DESC`,
    );
    connection.closeSync();
    instance.closeSync();
    await store.close();
    assert.deepEqual(columns.columnNames(), SPAN_COLUMN_NAMES);
    assert.deepEqual(byUser.getRows(), [
      ['bob', 3, 1n, 15n],
      ['ada', 2, 2n, 30n],
    ]);
  });
});
