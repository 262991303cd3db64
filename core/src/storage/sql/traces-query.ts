import type { Page, SpanFilter, TraceOrder } from '../span-store.ts';
import type { Sql, SqlDialect } from './dialect.ts';
import type { SpanColumn } from './span-columns.ts';
import { spanConditions, where } from './span-conditions.ts';
import { selectSpans } from './spans-query.ts';
import { costSumOrder, tokenSum } from './totals-query.ts';

const TRACE_SPAN_COLUMNS: readonly SpanColumn[] = [
  'span_id',
  'trace_id',
  'parent_span_id',
  'name',
  'kind',
  'status',
  'start_time',
  'duration_ns',
  'project_id',
  'environment',
  'user_id',
  'session_id',
  'tenant_id',
  'job_id',
  'trace_group',
  'gen_ai_model',
  'gen_ai_provider',
  'gen_ai_input_tokens',
  'gen_ai_output_tokens',
  'gen_ai_cost_nano_usd',
];

/** The same rule as `summarizeTrace`'s. */
const TRACE_STATUS =
  `CASE WHEN COUNT(CASE WHEN status = 'error' THEN 1 END) > 0 THEN 'error'` +
  ` WHEN COUNT(CASE WHEN status = 'ok' THEN 1 END) > 0 THEN 'ok' ELSE 'unspecified' END`;

/** One page of the traces that match, in order: `trace_id`, and how many match in all as `total`. */
export function tracePageQuery(
  dialect: SqlDialect,
  filter: SpanFilter,
  order: { readonly by: TraceOrder; readonly descending: boolean },
  page: Page,
): Sql {
  const { text, params } = matchingTraces(dialect, filter, 'trace_id, COUNT(*) OVER () AS total');
  const direction = order.descending ? 'DESC' : 'ASC';
  const keys = sortKeys(dialect, order.by).map((key) => `${key} ${direction}`);
  return {
    text: `${text} ORDER BY ${[...keys, 'MIN(start_time) DESC', 'trace_id'].join(', ')} LIMIT ? OFFSET ?`,
    params: [...params, BigInt(page.limit), BigInt(page.offset)],
  };
}

/** For a page beyond the last trace, which has no row to carry the total. */
export function traceCountQuery(dialect: SqlDialect, filter: SpanFilter): Sql {
  const { text, params } = matchingTraces(dialect, filter, 'trace_id');
  return { text: `SELECT COUNT(*) AS total FROM (${text}) AS matching`, params };
}

/** The spans of these traces, as `traceSpanFromRow` reads them. */
export function traceSpansQuery(
  dialect: SqlDialect,
  traceIds: readonly string[],
  userId: string | undefined,
): Sql {
  const { text, params } = where([
    { text: `trace_id IN (${traceIds.map(() => '?').join(', ')})`, params: traceIds },
    ...spanConditions(dialect, userId === undefined ? {} : { userId }),
  ]);
  return { text: `${selectSpans(dialect, TRACE_SPAN_COLUMNS)}${text}`, params };
}

/**
 * Traces with a span that matches, grouped over all their spans the reader may see: `userId` limits what is
 * summed up, `status` is asked of the whole trace, everything else of a single span.
 */
function matchingTraces(dialect: SqlDialect, filter: SpanFilter, selected: string): Sql {
  const { userId, status, ...ofOneSpan } = filter;
  const own = userId === undefined ? {} : { userId };
  const narrowing = spanConditions(dialect, ofOneSpan);
  const matching = where([...narrowing, ...spanConditions(dialect, own)]);
  const visible = where([
    ...spanConditions(dialect, own),
    ...(narrowing.length === 0
      ? []
      : [
          {
            text: `trace_id IN (SELECT trace_id FROM ${dialect.spansTable}${matching.text})`,
            params: matching.params,
          },
        ]),
  ]);
  const having =
    status === undefined
      ? { text: '', params: [] }
      : { text: ` HAVING ${TRACE_STATUS} = ?`, params: [status] };
  return {
    text: `SELECT ${selected} FROM ${dialect.spansTable}${visible.text} GROUP BY trace_id${having.text}`,
    params: [...visible.params, ...having.params],
  };
}

function sortKeys(dialect: SqlDialect, order: TraceOrder): readonly string[] {
  const start = dialect.unixUs('start_time');
  switch (order) {
    case 'start_time':
      return ['MIN(start_time)'];
    case 'duration':
      return [`MAX(${start} * 1000 + duration_ns) - MIN(${start}) * 1000`];
    case 'total_cost':
      return costSumOrder(dialect);
    case 'total_tokens':
      return [`COALESCE(${tokenSum(dialect, 'gen_ai_total_tokens')}, 0)`];
  }
}
