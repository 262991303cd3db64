import {
  SPAN_COLUMNS,
  SPAN_COLUMN_NAMES,
  toSpanRow,
  type SpanColumn,
  type SpanRow,
} from '@candela/core/storage/sql';
import type { SpanWriter } from '@candela/core/storage';
import { DuckDBTimestampTZValue, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';

const PAIRS = 'STRUCT("key" VARCHAR, "value" VARCHAR)[]';
const COLUMNS = SPAN_COLUMN_NAMES.join(', ');

/** All columns, the lists of pairs converted: they are appended as JSON, so that the engine's threads build them. */
function withPairs(type: string): string {
  const columns = SPAN_COLUMN_NAMES.map((column) =>
    SPAN_COLUMNS[column] === 'pairs' ? `CAST(CAST(${column} AS JSON) AS ${type}) AS ${column}` : column,
  );
  return columns.join(', ');
}

/**
 * Writes batches one after the other over a connection of their own. A batch is appended to a table without a
 * key, which is how DuckDB takes rows fastest, and moved to `spans` in the same transaction.
 */
export async function createSpanWrite(connection: DuckDBConnection): Promise<{
  readonly write: SpanWriter['write'];
  /** Resolves once everything begun is written or has failed. */
  readonly settled: () => Promise<void>;
}> {
  await connection.run(`CREATE TEMP TABLE incoming AS SELECT ${withPairs('VARCHAR')} FROM spans LIMIT 0`);
  let last: Promise<void> = Promise.resolve();
  return {
    async write(spans) {
      // Within one INSERT … SELECT the engine does not say which of two equal keys it keeps; the first must be.
      const rows = new Map<string, SpanRow>();
      for (const span of spans) if (!rows.has(span.spanId)) rows.set(span.spanId, toSpanRow(span));
      if (rows.size === 0) return;
      const before = last;
      const done = before.then(() => writeBatch(connection, [...rows.values()]));
      last = done.catch(() => {});
      await done;
    },
    settled: () => last,
  };
}

async function writeBatch(connection: DuckDBConnection, rows: readonly SpanRow[]): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await appendRows(connection, rows);
    await connection.run(
      `INSERT INTO spans (${COLUMNS}) SELECT ${withPairs(PAIRS)} FROM incoming ON CONFLICT (span_id) DO NOTHING`,
    );
    await connection.run('DELETE FROM incoming');
    await connection.run('COMMIT');
  } catch (error) {
    // A commit that fails has rolled back already; the first error is the one that tells.
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function appendRows(connection: DuckDBConnection, rows: readonly SpanRow[]): Promise<void> {
  const appender = await connection.createAppender('incoming', 'main', 'temp');
  try {
    for (const row of rows) {
      for (const column of SPAN_COLUMN_NAMES) append(appender, row, column);
      appender.endRow();
    }
  } catch (error) {
    // What an appender still holds is written when it goes, into whatever transaction runs then.
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}

function append(appender: DuckDBAppender, row: SpanRow, column: SpanColumn): void {
  const value = row[column];
  if (value === null) appender.appendNull();
  else if (typeof value === 'string') appender.appendVarchar(value);
  else if (typeof value === 'object') appender.appendVarchar(JSON.stringify(value));
  else if (SPAN_COLUMNS[column] === 'time')
    appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(value)));
  else if (SPAN_COLUMNS[column] === 'int') appender.appendBigInt(BigInt(value));
  else appender.appendDouble(Number(value));
}
