import type { SpanReader, SpanWriter } from '@candela/core/storage';
import {
  createSqlSpanReader,
  type RunQuery,
  type SqlDialect,
  type SqlRow,
  type SqlValue,
} from '@candela/core/storage/sql';
import { BIGINT, DOUBLE, VARCHAR, type DuckDBInstance } from '@duckdb/node-api';
import { openDuckDb } from './open.ts';
import { SPAN_SCHEMA } from './span-schema.ts';
import { createSpanWrite } from './span-writer.ts';

const DUCKDB: SqlDialect = {
  spansTable: 'spans',
  doubleType: 'DOUBLE',
  unixUs: (column) => `epoch_us(${column})`,
  moment: (unixUs) => ({ text: 'make_timestamptz(?)', params: [BigInt(unixUs)] }),
  pairsJson: (column) => `CAST(to_json(${column}) AS VARCHAR)`,
  hasPair: (column, key, value) => ({
    text: `list_contains(${column}, {'key': ?, 'value': ?})`,
    params: [key, value],
  }),
  contains: (column, text) => ({ text: `contains(lower(${column}), lower(?))`, params: [text] }),
  divide: (dividend, divisor) => `(${dividend}) // ${divisor}`,
  remainder: (dividend, divisor) => `(${dividend}) % ${divisor}`,
};

/**
 * Spans in a DuckDB file. A written span survives a crash and a power cut.
 *
 * @throws StorageOpenError see `openDuckDb`.
 */
export async function createDuckDbSpanStore(options: {
  readonly path: string;
}): Promise<SpanWriter & SpanReader> {
  const instance = await openDuckDb({ path: options.path, schema: SPAN_SCHEMA });
  const connection = await instance.connect();
  const { write, settled } = await createSpanWrite(connection);
  let closed: Promise<void> | undefined;
  return {
    name: 'duckdb',
    write,
    ...createSqlSpanReader(DUCKDB, createQuery(instance)),
    close() {
      closed ??= settled().then(() => {
        connection.closeSync();
        instance.closeSync();
      });
      return closed;
    },
  };
}

/** A connection for each query, because one connection runs one statement at a time. */
function createQuery(instance: DuckDBInstance): RunQuery {
  return async ({ text, params }) => {
    const connection = await instance.connect();
    try {
      const answer = await connection.runAndReadAll(text, [...params], params.map(typeOf));
      return answer.getRowObjects() as SqlRow[];
    } finally {
      connection.closeSync();
    }
  };
}

function typeOf(value: SqlValue) {
  if (typeof value === 'bigint') return BIGINT;
  return typeof value === 'number' ? DOUBLE : VARCHAR;
}
