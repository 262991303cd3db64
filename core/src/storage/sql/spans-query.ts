import type { Page, SpanFilter } from '../span-store.ts';
import type { Sql, SqlDialect } from './dialect.ts';
import { SPAN_COLUMNS, SPAN_COLUMN_NAMES, type SpanColumn } from './span-columns.ts';
import { spanConditions, where } from './span-conditions.ts';

/** The columns under their own names, moments and lists in the form `spanFromRow` reads. */
export function selectSpans(dialect: SqlDialect, columns: readonly SpanColumn[]): string {
  const selected = columns.map((column) => {
    const type = SPAN_COLUMNS[column];
    if (type === 'time') return `${dialect.unixUs(column)} AS ${column}_us`;
    if (type === 'pairs') return `${dialect.pairsJson(column)} AS ${column}_json`;
    return column;
  });
  return `SELECT ${selected.join(', ')} FROM ${dialect.spansTable}`;
}

export function traceQuery(dialect: SqlDialect, traceId: string, userId: string | undefined): Sql {
  const { text, params } = where([
    { text: 'trace_id = ?', params: [traceId] },
    ...spanConditions(dialect, userId === undefined ? {} : { userId }),
  ]);
  return { text: `${selectSpans(dialect, SPAN_COLUMN_NAMES)}${text} ORDER BY start_time, span_id`, params };
}

/** Newest first. */
export function searchQuery(dialect: SqlDialect, filter: SpanFilter, page: Page): Sql {
  const { text, params } = where(spanConditions(dialect, filter));
  return {
    text: `${selectSpans(dialect, SPAN_COLUMN_NAMES)}${text} ORDER BY start_time DESC, span_id LIMIT ? OFFSET ?`,
    params: [...params, BigInt(page.limit), BigInt(page.offset)],
  };
}

export function searchCountQuery(dialect: SqlDialect, filter: SpanFilter): Sql {
  const { text, params } = where(spanConditions(dialect, filter));
  return { text: `SELECT COUNT(*) AS total FROM ${dialect.spansTable}${text}`, params };
}
