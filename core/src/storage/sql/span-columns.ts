/**
 * What a column holds, whatever the engine calls it. `time` is a moment to the microsecond; `pairs` a list of
 * `{key, value}` texts; `int` 64 bits.
 */
export type ColumnType = 'text' | 'int' | 'double' | 'time' | 'pairs';

/** Table `spans` (contract section 11). Columns are only ever added, each with a migration in every adapter. */
export const SPAN_COLUMNS = {
  span_id: 'text',
  trace_id: 'text',
  parent_span_id: 'text',
  start_time: 'time',
  end_time: 'time',
  duration_ns: 'int',
  kind: 'text',
  status: 'text',
  user_id: 'text',
  project_id: 'text',
  environment: 'text',
  gen_ai_model: 'text',
  gen_ai_provider: 'text',
  gen_ai_input_tokens: 'int',
  gen_ai_output_tokens: 'int',
  gen_ai_total_tokens: 'int',
  gen_ai_cache_read_tokens: 'int',
  gen_ai_cache_creation_tokens: 'int',
  gen_ai_cost_usd: 'double',
  gen_ai_cost_nano_usd: 'int',
  name: 'text',
  status_message: 'text',
  service_name: 'text',
  session_id: 'text',
  tenant_id: 'text',
  job_id: 'text',
  trace_group: 'text',
  gen_ai_temperature: 'double',
  gen_ai_top_p: 'double',
  gen_ai_max_tokens: 'int',
  attributes: 'pairs',
  labels: 'pairs',
  gen_ai_input_content: 'text',
  gen_ai_output_content: 'text',
} as const satisfies Record<string, ColumnType>;

export type SpanColumn = keyof typeof SPAN_COLUMNS;

export const SPAN_COLUMN_NAMES = Object.keys(SPAN_COLUMNS) as SpanColumn[];
