export { type RunQuery, type Sql, type SqlDialect, type SqlRow, type SqlValue } from './dialect.ts';
export { SPAN_COLUMNS, SPAN_COLUMN_NAMES, type ColumnType, type SpanColumn } from './span-columns.ts';
export { createSqlSpanReader } from './span-reader.ts';
export { toSpanRow, type Pair, type SpanRow } from './span-row.ts';
