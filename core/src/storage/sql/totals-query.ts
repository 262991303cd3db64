import type { SpanFilter } from '../span-store.ts';
import { LLM_CALL_KINDS } from '../trace-summary.ts';
import type { Sql, SqlDialect } from './dialect.ts';
import { spanConditions, where } from './span-conditions.ts';

/** True for the spans that are language-model calls. The kinds are our own constants, so they may stand in the text. */
export const IS_LLM_CALL = `kind IN (${LLM_CALL_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

const NANO_PER_USD = '1000000000';

/**
 * The exact sum of the costs as `cost_units` (whole dollars) and `cost_nanos`, read with `costSumOf`: a sum of
 * nano-dollars in one int64 overflows at $9.2 billion, which a made-up span can claim to have cost.
 */
export function costSum(dialect: SqlDialect): string {
  const units = dialect.divide('gen_ai_cost_nano_usd', NANO_PER_USD);
  const nanos = dialect.remainder('gen_ai_cost_nano_usd', NANO_PER_USD);
  return `SUM(${units}) AS cost_units, SUM(${nanos}) AS cost_nanos`;
}

/** Sort keys for the exact sum, the carry from the nano-dollars included; both in the same direction. */
export function costSumOrder(dialect: SqlDialect): readonly [string, string] {
  const units = `COALESCE(SUM(${dialect.divide('gen_ai_cost_nano_usd', NANO_PER_USD)}), 0)`;
  const nanos = `COALESCE(SUM(${dialect.remainder('gen_ai_cost_nano_usd', NANO_PER_USD)}), 0)`;
  return [`${units} + ${dialect.divide(nanos, NANO_PER_USD)}`, dialect.remainder(nanos, NANO_PER_USD)];
}

/** Token counts are `number`s, so a sum in a double is exact as far as the answer can be, and never overflows. */
export function tokenSum(dialect: SqlDialect, column: string): string {
  return `SUM(CAST(${column} AS ${dialect.doubleType}))`;
}

function totalsColumns(dialect: SqlDialect): string {
  return [
    'COUNT(DISTINCT trace_id) AS traces',
    'COUNT(*) AS spans',
    `COUNT(CASE WHEN ${IS_LLM_CALL} THEN 1 END) AS llm_calls`,
    `COUNT(CASE WHEN ${IS_LLM_CALL} AND status = 'error' THEN 1 END) AS failed_llm_calls`,
    `AVG(CASE WHEN ${IS_LLM_CALL} THEN duration_ns END) AS avg_latency_ns`,
    ...tokenColumns(dialect),
    costSum(dialect),
  ].join(', ');
}

function tokenColumns(dialect: SqlDialect): readonly string[] {
  return ['input', 'output', 'cache_read', 'cache_creation'].map(
    (kind) => `${tokenSum(dialect, `gen_ai_${kind}_tokens`)} AS ${kind}_tokens`,
  );
}

export function totalsQuery(dialect: SqlDialect, filter: SpanFilter): Sql {
  const { text, params } = where(spanConditions(dialect, filter));
  return { text: `SELECT ${totalsColumns(dialect)} FROM ${dialect.spansTable}${text}`, params };
}

export function bucketsQuery(dialect: SqlDialect, filter: SpanFilter, bucketUs: number): Sql {
  if (!Number.isSafeInteger(bucketUs) || bucketUs <= 0) {
    throw new RangeError(`a bucket is a whole number of microseconds above 0, got ${bucketUs}`);
  }
  const start = dialect.unixUs('start_time');
  // A remainder has its dividend's sign; adding the bucket keeps moments before 1970 in the bucket they begin in.
  const into = dialect.remainder(`(${dialect.remainder(start, `${bucketUs}`)} + ${bucketUs})`, `${bucketUs}`);
  const { text, params } = where(spanConditions(dialect, filter));
  return {
    text:
      `SELECT ${start} - ${into} AS bucket_start, ${totalsColumns(dialect)}` +
      ` FROM ${dialect.spansTable}${text} GROUP BY bucket_start ORDER BY bucket_start`,
    params,
  };
}

export function modelTotalsQuery(dialect: SqlDialect, filter: SpanFilter): Sql {
  const { text, params } = where([{ text: IS_LLM_CALL, params: [] }, ...spanConditions(dialect, filter)]);
  const [units, nanos] = costSumOrder(dialect);
  return {
    text:
      `SELECT COALESCE(gen_ai_model, '') AS model, COALESCE(gen_ai_provider, '') AS provider, COUNT(*) AS calls,` +
      ` AVG(duration_ns) AS avg_latency_ns, ${tokenColumns(dialect).join(', ')}, ${costSum(dialect)}` +
      ` FROM ${dialect.spansTable}${text} GROUP BY model, provider` +
      ` ORDER BY ${units} DESC, ${nanos} DESC, provider, model`,
    params,
  };
}
