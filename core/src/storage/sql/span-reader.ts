import type { ModelTotals, SpanReader, TraceRow, UsageTotals } from '../span-store.ts';
import { summarizeTrace, type TraceSpan } from '../trace-summary.ts';
import type { RunQuery, Sql, SqlDialect, SqlRow } from './dialect.ts';
import { spanFromRow, traceSpanFromRow } from './span-from-row.ts';
import { searchCountQuery, searchQuery, traceQuery } from './spans-query.ts';
import { costSumOf, numberOf, textOf } from './sql-row.ts';
import { bucketsQuery, modelTotalsQuery, totalsQuery } from './totals-query.ts';
import { traceCountQuery, tracePageQuery, traceSpansQuery } from './traces-query.ts';

/** The reading side of a span store over any engine with a dialect, so that all of them answer alike. */
export function createSqlSpanReader(dialect: SqlDialect, query: RunQuery): SpanReader {
  const total = async (sql: Sql) => numberOf((await query(sql))[0] ?? {}, 'total');
  return {
    async getTrace(traceId, only = {}) {
      return (await query(traceQuery(dialect, traceId, only.userId))).map(spanFromRow);
    },
    async listTraces(filter, order, descending, page) {
      const rows = await query(tracePageQuery(dialect, filter, { by: order, descending }, page));
      const [first] = rows;
      if (first === undefined)
        return { traces: [], totalCount: await total(traceCountQuery(dialect, filter)) };
      const totalCount = numberOf(first, 'total');
      const traceIds = rows.map((row) => textOf(row, 'trace_id'));
      const spans = (await query(traceSpansQuery(dialect, traceIds, filter.userId))).map(traceSpanFromRow);
      return { traces: summarizeTraces(traceIds, spans), totalCount };
    },
    async searchSpans(filter, page) {
      const totalCount = await total(searchCountQuery(dialect, filter));
      return { spans: (await query(searchQuery(dialect, filter, page))).map(spanFromRow), totalCount };
    },
    async usageTotals(filter) {
      return totalsOf((await query(totalsQuery(dialect, filter)))[0] ?? {});
    },
    async usageOverTime(filter, bucketUs) {
      const rows = await query(bucketsQuery(dialect, filter, bucketUs));
      return rows.map((row) => ({ startUnixUs: numberOf(row, 'bucket_start'), ...totalsOf(row) }));
    },
    async modelTotals(filter) {
      return (await query(modelTotalsQuery(dialect, filter))).map(modelTotalsOf);
    },
  };
}

function summarizeTraces(traceIds: readonly string[], spans: readonly TraceSpan[]): readonly TraceRow[] {
  const byTrace = Map.groupBy(spans, (span) => span.traceId);
  return traceIds.flatMap((traceId) => {
    const ofTrace = byTrace.get(traceId);
    // Between the two queries a trace can have been deleted by whoever keeps the store small.
    return ofTrace === undefined ? [] : [summarizeTrace(ofTrace)];
  });
}

function totalsOf(row: SqlRow): UsageTotals {
  const llmCalls = numberOf(row, 'llm_calls');
  return {
    traces: numberOf(row, 'traces'),
    spans: numberOf(row, 'spans'),
    llmCalls,
    ...tokensOf(row),
    costNanoUsd: costSumOf(row),
    avgLatencyMs: numberOf(row, 'avg_latency_ns') / 1e6,
    errorRate: llmCalls === 0 ? 0 : numberOf(row, 'failed_llm_calls') / llmCalls,
  };
}

function modelTotalsOf(row: SqlRow): ModelTotals {
  return {
    model: textOf(row, 'model'),
    provider: textOf(row, 'provider'),
    calls: numberOf(row, 'calls'),
    ...tokensOf(row),
    costNanoUsd: costSumOf(row),
    avgLatencyMs: numberOf(row, 'avg_latency_ns') / 1e6,
  };
}

function tokensOf(row: SqlRow) {
  return {
    inputTokens: numberOf(row, 'input_tokens'),
    outputTokens: numberOf(row, 'output_tokens'),
    cacheReadTokens: numberOf(row, 'cache_read_tokens'),
    cacheCreationTokens: numberOf(row, 'cache_creation_tokens'),
  };
}
