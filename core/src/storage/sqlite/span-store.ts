import type { DatabaseSync } from 'node:sqlite';
import type { SpanRecord } from '../../spans/span-record.ts';
import type { RunQuery, SqlDialect } from '../sql/dialect.ts';
import { SPAN_COLUMN_NAMES } from '../sql/span-columns.ts';
import { createSqlSpanReader } from '../sql/span-reader.ts';
import type { SpanReader, SpanWriter } from '../span-store.ts';
import { openDatabase } from './open.ts';
import { SPAN_SCHEMA } from './span-schema.ts';
import { spanValues } from './span-values.ts';
import { timeText, unixUsOfTimeText } from './time-text.ts';
import { inTransaction } from './transaction.ts';

const SQLITE: SqlDialect = {
  spansTable: 'spans',
  doubleType: 'REAL',
  unixUs: unixUsOfTimeText,
  moment: (unixUs) => ({ text: '?', params: [timeText(unixUs)] }),
  pairsJson: (column) => column,
  hasPair: (column, key, value) => ({
    text: `EXISTS (SELECT 1 FROM json_each(${column}) WHERE value ->> 'key' = ? AND value ->> 'value' = ?)`,
    params: [key, value],
  }),
  contains: (column, text) => ({
    text: `contains_ignoring_case(${column}, ?)`,
    params: [text.toLowerCase()],
  }),
  divide: (dividend, divisor) => `(${dividend}) / ${divisor}`,
  remainder: (dividend, divisor) => `(${dividend}) % ${divisor}`,
};

/** A span with its texts takes a few kilobytes at least: written in pages of 4096 they cost more. */
const SPAN_PAGE_BYTES = 16_384;

/**
 * Spans in a SQLite file of their own. A written span survives a crash of the process at once; a power cut may
 * take the last moments.
 *
 * @throws StorageOpenError see `openDatabase`.
 */
export function createSqliteSpanStore(options: { readonly path: string }): SpanWriter & SpanReader {
  const db = openDatabase({ path: options.path, schema: [SPAN_SCHEMA], pageBytes: SPAN_PAGE_BYTES });
  // SQLite's LIKE ignores case in ASCII only, takes patterns up to 50 kB, and stops at a NUL.
  db.function('contains_ignoring_case', { deterministic: true }, (text, lowerCaseNeedle) =>
    typeof text === 'string' && text.toLowerCase().includes(String(lowerCaseNeedle)) ? 1 : 0,
  );
  return {
    name: 'sqlite',
    write: createWrite(db),
    ...createSqlSpanReader(SQLITE, createQuery(db)),
    async close() {
      if (db.isOpen) db.close();
    },
  };
}

function createWrite(db: DatabaseSync): SpanWriter['write'] {
  const insert = db.prepare(
    `INSERT INTO spans (${SPAN_COLUMN_NAMES.join(', ')}) VALUES (${SPAN_COLUMN_NAMES.map(() => '?').join(', ')})` +
      ' ON CONFLICT (trace_id, span_id) DO NOTHING',
  );
  return async (spans: readonly SpanRecord[]) => {
    inTransaction(db, () => {
      for (const span of spans) {
        insert.run(...spanValues(span));
      }
    });
  };
}

function createQuery(db: DatabaseSync): RunQuery {
  return async ({ text, params }) =>
    db.prepare(text, { readBigInts: true }).all(...params) as Awaited<ReturnType<RunQuery>>;
}
