/**
 * Table `spans` (contract section 11). A column that comes later is an `ALTER TABLE spans ADD COLUMN IF NOT EXISTS`
 * at the end. Times are instants (`TIMESTAMP WITH TIME ZONE`, to the microsecond) like BigQuery's `TIMESTAMP`: a
 * comparison with `now()` then holds whatever time zone the reader's session is in.
 */
export const SPAN_SCHEMA: readonly string[] = [
  `
  CREATE TABLE IF NOT EXISTS spans (
    span_id VARCHAR PRIMARY KEY,
    trace_id VARCHAR NOT NULL,
    parent_span_id VARCHAR NOT NULL,
    start_time TIMESTAMPTZ NOT NULL,
    end_time TIMESTAMPTZ NOT NULL,
    duration_ns BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    project_id VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    gen_ai_model VARCHAR,
    gen_ai_provider VARCHAR,
    gen_ai_input_tokens BIGINT,
    gen_ai_output_tokens BIGINT,
    gen_ai_total_tokens BIGINT,
    gen_ai_cache_read_tokens BIGINT,
    gen_ai_cache_creation_tokens BIGINT,
    gen_ai_cost_usd DOUBLE,
    gen_ai_cost_nano_usd BIGINT,
    name VARCHAR NOT NULL,
    status_message VARCHAR NOT NULL,
    service_name VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    job_id VARCHAR NOT NULL,
    trace_group VARCHAR NOT NULL,
    gen_ai_temperature DOUBLE,
    gen_ai_top_p DOUBLE,
    gen_ai_max_tokens BIGINT,
    attributes STRUCT("key" VARCHAR, "value" VARCHAR)[] NOT NULL,
    labels STRUCT("key" VARCHAR, "value" VARCHAR)[] NOT NULL,
    gen_ai_input_content VARCHAR,
    gen_ai_output_content VARCHAR
  )
  `,
];
